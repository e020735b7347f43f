package dev.tailgate.cli.version;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/**
 * What {@code --version} prints. The ONNX Runtime version is the one Tailgate was built with:
 * asking the library itself would load native code, and make the cheapest command the slowest.
 */
public final class Versions implements IVersionProvider {
  private static final Properties BUILD = read();

  /** Called by picocli. */
  public Versions() {}

  private static Properties read() {
    Properties properties = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("build.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Reading build.properties", e);
    }
    return properties;
  }

  /** Tailgate's own version. */
  public static String tailgate() {
    return BUILD.getProperty("version", "unknown");
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "tailgate " + tailgate(),
      "ONNX Runtime "
          + BUILD.getProperty("onnxruntime.version", "unknown")
          + (BUILD.getProperty("onnxruntime.artifact", "").endsWith("_gpu") ? " (CUDA)" : " (CPU)"),
      "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")"
    };
  }
}

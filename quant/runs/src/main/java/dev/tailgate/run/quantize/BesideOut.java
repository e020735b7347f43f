package dev.tailgate.run.quantize;

import java.nio.file.Path;

/** What is written beside a model that was trained. */
public final class BesideOut {
  private static final String ONNX = ".onnx";

  private BesideOut() {}

  /** The grids beside {@code NAME.onnx}: {@code NAME.encodings.json}. */
  public static Path encodings(Path out) {
    return named(out, ".encodings.json");
  }

  /** The deployable model beside {@code NAME.onnx}: {@code NAME.quantized.onnx}. */
  public static Path quantized(Path out) {
    return named(out, ".quantized.onnx");
  }

  /** The folder of checkpoints until {@code OUT} is written: {@code OUT.checkpoint}. */
  public static Path checkpoints(Path out) {
    return out.resolveSibling(out.getFileName() + ".checkpoint");
  }

  private static Path named(Path out, String end) {
    return out.resolveSibling(stem(out) + end);
  }

  /** {@code NAME} of {@code NAME.onnx}, without its folder. */
  public static String stem(Path model) {
    String name = String.valueOf(model.getFileName());
    return name.endsWith(ONNX) ? name.substring(0, name.length() - ONNX.length()) : name;
  }
}

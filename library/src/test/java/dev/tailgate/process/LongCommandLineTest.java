package dev.tailgate.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.tailgate.Tailgate;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.junit.OutlierGate;
import dev.tailgate.run.audit.AuditRequest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * A Java process with a class path of 60 kB and nothing in its environment that says no to usage
 * data, as an IDE or a build without a manifest jar starts one.
 */
class LongCommandLineTest {
  private static final int LONG = 60_000;

  @TempDir private Path folder;

  /** Measures and quantizes the smallest built-in model. */
  static final class AuditingChild {
    public static void main(String[] args) {
      Path model = Path.of(args[0]);
      Tailgate.audit(
          AuditRequest.of(model)
              .withData(model.resolveSibling("heldout.npz"))
              .with(Optional.empty())
              .withoutExplaining()
              .withSamples(4));
      System.out.println("audited");
    }
  }

  /** Looks at the model in the working folder. */
  static class Gated {
    @Test
    @OutlierGate(model = "softmax1.onnx", data = "heldout.npz", samples = 16)
    void test() {}
  }

  /** Runs a test class as a build does. */
  static final class TestingChild {
    public static void main(String[] args) {
      SummaryGeneratingListener heard = new SummaryGeneratingListener();
      LauncherFactory.create()
          .execute(
              LauncherDiscoveryRequestBuilder.request()
                  .selectors(selectClass(Gated.class))
                  .filters(EngineFilter.includeEngines("junit-jupiter"))
                  .build(),
              heard);
      heard.getSummary().getFailures().forEach(f -> f.getException().printStackTrace());
      System.out.println("passed " + heard.getSummary().getTestsSucceededCount());
    }
  }

  @Test
  void auditsAndCollectsNoUsageData() throws Exception {
    Path model = ReferenceModel.unpack("softmax1.onnx", folder);
    ReferenceModel.unpack("heldout.npz", folder);
    assertThat(run(AuditingChild.class, model.toString())).isEqualTo("audited");
  }

  @Test
  void gatesInJUnitAndCollectsNoUsageData() throws Exception {
    ReferenceModel.unpack("softmax1.onnx", folder);
    ReferenceModel.unpack("heldout.npz", folder);
    assertThat(run(TestingChild.class)).isEqualTo("passed 1");
  }

  /** What the child printed last; it ended well and left nothing in its home. */
  private String run(Class<?> child, String... arguments) throws Exception {
    Path home = Files.createDirectory(folder.resolve("home"));
    Path log = folder.resolve("log");
    StringBuilder path = new StringBuilder(System.getProperty("java.class.path"));
    for (int i = 0; path.length() < LONG; i++) {
      path.append(File.pathSeparator).append(folder.resolve("none/library-" + i + ".jar"));
    }
    Stream<String> command =
        Stream.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + folder.resolve("crash.log"),
            "-Djava.io.tmpdir=" + home,
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            path.toString(),
            child.getName());
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(command, Stream.of(arguments)).toList())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().keySet().removeAll(List.of("ORT_DISABLE_TELEMETRY", "CI"));
    builder.environment().put("HOME", home.toString());
    builder.environment().put("TMPDIR", home.toString());
    Process process = builder.start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(log);
    assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
    assertThat(files(home)).isEmpty();
    assertThat(folder.resolve("crash.log")).doesNotExist();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.getParent().getFileName().toString().startsWith("hsperfdata"))
          .toList();
    }
  }
}

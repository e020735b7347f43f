package dev.tailgate.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.Tailgate;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.run.audit.AuditRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is told to end while one thread opens sessions and another audits: it ends with
 * the code of the signal, says nothing, and leaves neither a crash log nor a temporary file.
 */
class EndingProcessTest {
  private static final int TERMINATED = 128 + 15;

  @TempDir private Path folder;

  /** Works until it is ended. */
  static final class WorkingChild {
    public static void main(String[] args) {
      Path model = Path.of(args[0]);
      OnnxModel loaded = OnnxModel.load(model);
      ModelRunner.requireLoadable(loaded, RunnerOptions.DEFAULT);
      new Thread(
              () -> {
                while (true) {
                  ModelRunner.requireLoadable(loaded, RunnerOptions.DEFAULT);
                }
              })
          .start();
      System.out.println("works");
      while (true) {
        Tailgate.audit(
            AuditRequest.of(model)
                .withData(model.resolveSibling("heldout.npz"))
                .withoutExplaining()
                .withSamples(8));
      }
    }
  }

  @Test
  void aFewOfThem() throws Exception {
    endQuietly(3);
  }

  @Test
  @Tag("reliability")
  void twoHundredOfThem() throws Exception {
    endQuietly(200);
  }

  private void endQuietly(int times) throws Exception {
    Path model = ReferenceModel.unpack("softmax1.onnx", folder);
    ReferenceModel.unpack("heldout.npz", folder);
    Path home = Files.createDirectory(folder.resolve("home"));
    List<String> command =
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:-CreateCoredumpOnCrash",
            "-Djava.io.tmpdir=" + home,
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            WorkingChild.class.getName(),
            model.toString());
    Random random = new Random(19);
    for (int i = 0; i < times; i++) {
      Process process =
          new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true).start();
      try {
        assertThat(process.inputReader().readLine()).isEqualTo("works");
        // Any instant will do, so that a slow machine changes nothing.
        Thread.sleep(random.nextInt(300));
        process.toHandle().destroy();
        List<String> said =
            process
                .inputReader()
                .lines()
                .filter(line -> !line.contains("CancellationException") && !isFrame(line))
                .toList();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as("process %d: %s", i, said).isEqualTo(TERMINATED);
        assertThat(said).isEmpty();
        assertThat(files(home)).isEmpty();
      } finally {
        process.destroyForcibly();
      }
    }
  }

  /** Threads of a program end with what ended their call, and Java prints that. */
  private static boolean isFrame(String line) {
    return line.startsWith("\tat ");
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }
}

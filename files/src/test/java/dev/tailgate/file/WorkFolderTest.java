package dev.tailgate.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
  @TempDir private Path parent;

  @Test
  void whatAKilledProcessLeftGoesAndWhatIsInUseStays() throws IOException {
    Path stale = Files.createDirectories(parent.resolve(".tailgate-0123456789abcdef"));
    Files.writeString(stale.resolve("model.onnx"), "model");
    Files.createFile(parent.resolve(".tailgate-0123456789abcdef.lock"));
    Path foreign = Files.createDirectory(parent.resolve(".tailgate-notes"));
    try (WorkFolder living = WorkFolder.in(parent)) {
      assertThat(stale).doesNotExist();
      Files.writeString(living.path().resolve("x"), "x");
      try (WorkFolder next = WorkFolder.in(parent)) {
        assertThat(living.path().resolve("x")).exists();
        assertThat(next.path()).isNotEqualTo(living.path()).isEmptyDirectory();
      }
      assertThat(living.path().resolve("x")).exists();
    }
    assertThat(parent.toFile().list()).containsExactly(String.valueOf(foreign.getFileName()));
  }

  @Test
  void aProcessThatIsKilledLeavesWhatTheNextOneRemoves() throws Exception {
    Process child =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                parent.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Path held;
    try {
      held =
          Path.of(
              new String(
                  child.getInputStream().readNBytes(parent.toString().length() + 27), UTF_8));
      try (WorkFolder living = WorkFolder.in(parent)) {
        assertThat(living.path()).exists();
        assertThat(held.resolve("held")).as("in use by the other process").exists();
      }
      child.destroyForcibly().waitFor();
    } finally {
      child.destroyForcibly();
    }
    assertThat(held.resolve("held")).exists();
    WorkFolder.in(parent).close();
    assertThat(parent).isEmptyDirectory();
  }

  /** Holds a work folder until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      try (WorkFolder folder = WorkFolder.in(Path.of(args[0]))) {
        Files.writeString(folder.path().resolve("held"), "x");
        System.out.print(folder.path());
        System.out.flush();
        Thread.sleep(600_000);
      }
    }
  }

  @Test
  void manyAtOnceDoNotTakeEachOther() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    Set<Path> paths = new HashSet<>();
    try {
      List<Callable<Path>> tasks = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        tasks.add(
            () -> {
              try (WorkFolder folder = WorkFolder.in(parent)) {
                Path file = Files.writeString(folder.path().resolve("x"), "x");
                WorkFolder.in(parent).close();
                assertThat(file).exists();
                return folder.path();
              }
            });
      }
      for (Future<Path> done : pool.invokeAll(tasks)) {
        paths.add(done.get());
      }
    } finally {
      pool.shutdown();
    }
    assertThat(paths).hasSize(200);
    assertThat(parent).isEmptyDirectory();
  }
}

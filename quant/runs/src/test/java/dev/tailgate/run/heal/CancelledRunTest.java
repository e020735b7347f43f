package dev.tailgate.run.heal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.run.audit.Audit;
import dev.tailgate.run.audit.AuditRequest;
import dev.tailgate.run.quantize.QuantizeRequest;
import dev.tailgate.run.quantize.QuantizeRun;
import dev.tailgate.run.rewrite.RewriteRequest;
import dev.tailgate.run.rewrite.RewriteRun;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of run, ended at the first, a middle and the last moment that it may be ended. */
class CancelledRunTest {
  /** Sessions with threads of their own: those that are left open show in the system's list. */
  private static final RunnerOptions THREADS =
      new RunnerOptions(ExecutionProvider.CPU, 2, RunnerOptions.Optimization.FLOAT_ONLY);

  private static final Path SYSTEM_THREADS = Path.of("/proc/self/task");

  @TempDir private Path folder;
  private OptFamily opt = null;

  @BeforeEach
  void unpack() throws IOException {
    opt = OptFamily.unpack(folder, 16);
  }

  @AfterEach
  void forgetTheInterrupt() {
    Thread.interrupted();
  }

  /** Cancels, or interrupts the thread, when it is asked for the n-th time. */
  private static final class EndsAt implements RunProgress {
    private final long end;
    private final boolean byInterrupt;
    private long asked;

    EndsAt(long end, boolean byInterrupt) {
      this.end = end;
      this.byInterrupt = byInterrupt;
    }

    @Override
    public void at(String stage, long done, long total) {}

    @Override
    public boolean cancelled() {
      asked++;
      if (asked == end && byInterrupt) {
        Thread.currentThread().interrupt();
      }
      return asked >= end && !byInterrupt;
    }
  }

  private void ends(Consumer<RunProgress> run, Path... written) throws IOException {
    EndsAt whole = new EndsAt(Long.MAX_VALUE, false);
    run.accept(whole);
    for (Path file : written) {
      assertThat(file).exists();
      Files.delete(file);
    }
    List<Path> before = files();
    int threads = threads();
    for (long end : new TreeSet<>(List.of(1L, 2 * whole.asked / 3, whole.asked))) {
      EndsAt at = new EndsAt(end, false);
      assertThatThrownBy(() -> run.accept(at))
          .as("ended at %s of %s", end, whole.asked)
          .isInstanceOf(CancellationException.class)
          .hasMessageContaining("it was cancelled");
      assertThat(at.asked).as("batches run after the end").isEqualTo(end);
      for (Path file : written) {
        // Written in one step, or not at all; what is there is whole.
        Files.deleteIfExists(file);
      }
      assertThat(files()).isEqualTo(before);
      assertThat(threadsAtRest(threads)).as("native threads").isLessThanOrEqualTo(threads);
    }
    EndsAt interrupted = new EndsAt(whole.asked / 3, true);
    assertThatThrownBy(() -> run.accept(interrupted))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).as("the interrupt is left for its receiver").isTrue();
    for (Path file : written) {
      Files.deleteIfExists(file);
    }
    assertThat(files()).isEqualTo(before);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted().toList();
    }
  }

  /** A thread that has been joined may stay in the system's list until it is scheduled again. */
  private static int threadsAtRest(int expected) throws IOException {
    int found = threads();
    for (int look = 0; look < 1000 && found > expected; look++) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      found = threads();
    }
    return found;
  }

  /**
   * Threads that ONNX Runtime started: they go by the name of the thread they were started from,
   * where those of the virtual machine, which come and go as they like, have names of their own.
   */
  private static int threads() throws IOException {
    assumeTrue(Files.isDirectory(SYSTEM_THREADS), "native threads are counted on Linux");
    String caller = Files.readString(Path.of("/proc/thread-self/comm"));
    int count = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(SYSTEM_THREADS)) {
      for (Path thread : all) {
        try {
          count += Files.readString(thread.resolve("comm")).equals(caller) ? 1 : 0;
        } catch (IOException ended) {
          // It ended between being listed and being read.
        }
      }
    }
    return count;
  }

  @Test
  void anAuditEnds() throws IOException {
    AuditRequest request = AuditRequest.of(opt.file()).with(opt.samples()).with(THREADS);
    ends(progress -> Audit.run(request, progress));
  }

  @Test
  void aRewriteEnds() throws IOException {
    Path out = folder.resolve("out.onnx");
    RewriteRequest request =
        RewriteRequest.of(opt.file(), out, MethodSpec.of(Method.OUTEFFHOP))
            .verifiedOn(opt.samples())
            .with(THREADS);
    ends(progress -> RewriteRun.run(request, progress), out);
  }

  @Test
  void aQuantizationEnds() throws IOException {
    Path out = folder.resolve("out.onnx");
    QuantizeRequest request = QuantizeRequest.of(opt.file(), out).with(opt.samples()).with(THREADS);
    ends(progress -> QuantizeRun.run(request, progress), out);
  }

  @Test
  void aHealingEnds() throws IOException {
    HealRequest request =
        HealRequest.of(opt.file())
            .with(opt.samples())
            .with(THREADS)
            .with(
                new HealRequest.Treatment(
                    Remedies.rounds().subList(0, 1), HealRequest.Treatment.Keep.HELPFUL))
            .with(MaxDrop.parse("5%"))
            .withoutSensitivity();
    ends(progress -> HealRun.run(request, progress, partial -> {}));
  }
}

package dev.tailgate.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Calls something on a thread whose stack grows with the command line of the process. ONNX Runtime
 * 1.29 matches the command line with recursive regular expressions when usage data is on; a
 * character takes up to 280 bytes of stack, and an overflow of native code ends the process without
 * a word.
 */
final class LargeStack {
  /** Bytes of stack a byte of the command line may take, with room to spare. */
  private static final long DEPTH = 512;

  private static final long LEAST = 2 << 20;
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private LargeStack() {}

  /** What {@code call} gives; what it throws is thrown here. */
  static <T> T call(Supplier<T> call) {
    return call(size(commandLine()), call);
  }

  static <T> T call(long stack, Supplier<T> call) {
    FutureTask<T> task = new FutureTask<>(call::get);
    Thread thread = new Thread(null, task, "tailgate-start", stack);
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          // Native code cannot be left half started.
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Bytes of stack for a command line of {@code length} bytes. */
  static long size(long length) {
    return LEAST + DEPTH * length;
  }

  private static long commandLine() {
    try {
      // Its size is zero, as that of every file there.
      return Files.isReadable(COMMAND_LINE)
          ? Files.readAllBytes(COMMAND_LINE).length
          : ProcessHandle.current().info().commandLine().map(String::length).orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}

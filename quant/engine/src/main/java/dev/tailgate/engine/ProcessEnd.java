package dev.tailgate.engine;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * The end of this process by a signal or by {@link System#exit}, as what runs models sees it. ONNX
 * Runtime does not survive being taken apart while one of its threads computes: the JVM runs its
 * shutdown hooks and then the destructors of native libraries while other threads go on. So a hook
 * of ours, which the JVM waits for, ends all work first: runs are told to stop, sessions that are
 * being made are waited for, and calls unwind with a {@link
 * java.util.concurrent.CancellationException} as when they are cancelled.
 */
public final class ProcessEnd {
  /** Time for a call to unwind, which deletes what it has half written. */
  static final Duration CALLS = Duration.ofSeconds(2);

  /** Time for a call that saves what it has done, to unwind: gigabytes on a slow disk. */
  static final Duration SAVING_CALLS = Duration.ofSeconds(60);

  /** Time for a call of native code; making a session of a large model cannot be stopped. */
  static final Duration NATIVES = Duration.ofSeconds(15);

  private static final EndGate GATE = gate();

  private ProcessEnd() {}

  private static EndGate gate() {
    EndGate gate = new EndGate();
    Thread hook = new Thread(() -> gate.end(CALLS, SAVING_CALLS, NATIVES), "tailgate-end");
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It has begun already.
      gate.end(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }
    return gate;
  }

  /** Whether the process is on its way out, so that nobody is to hear of failures any more. */
  public static boolean hasBegun() {
    return GATE.isEnding();
  }

  /**
   * Makes a call that unwinds when native work is refused.
   *
   * @throws java.util.concurrent.CancellationException where the process ends
   */
  public static <T> T call(Supplier<T> call) {
    return GATE.through(EndGate.Kind.CALL, () -> {}, call::get);
  }

  /**
   * Makes a call that unwinds when native work is refused, and saves what it has done on its way:
   * the end of the process waits longer for it.
   *
   * @throws java.util.concurrent.CancellationException where the process ends
   */
  public static <T> T savingCall(Supplier<T> call) {
    return GATE.through(EndGate.Kind.SAVING_CALL, () -> {}, call::get);
  }

  /** Does native work; {@code stop} asks it to end, in another thread. */
  static <T, X extends Exception> T nativeWork(Runnable stop, EndGate.Task<T, X> work) throws X {
    return GATE.through(EndGate.Kind.NATIVE, stop, work);
  }

  /** Releases something native. */
  static <T, X extends Exception> T release(EndGate.Task<T, X> work) throws X {
    return GATE.throughLast(EndGate.Kind.NATIVE, work);
  }
}

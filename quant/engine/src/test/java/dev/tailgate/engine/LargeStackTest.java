package dev.tailgate.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LargeStackTest {
  private static int depth(int left) {
    return left == 0 ? 0 : 1 + depth(left - 1);
  }

  /** A frame takes some tens of bytes, so that this overflows a stack of the usual megabyte. */
  @Test
  void givesTheStackThatALongCommandLineAsksFor() {
    assertThat(LargeStack.size(0)).isEqualTo(2 << 20);
    assertThat(LargeStack.size(2_000_000)).isGreaterThan(280L * 2_000_000);
    assertThat(LargeStack.call(1 << 30, () -> depth(1_000_000))).isEqualTo(1_000_000);
  }

  @Test
  void throwsWhatTheCallThrowsAndKeepsAnInterrupt() {
    assertThatThrownBy(
            () ->
                LargeStack.call(
                    () -> {
                      throw new UnsatisfiedLinkError("none");
                    }))
        .isInstanceOf(UnsatisfiedLinkError.class);
    Thread.currentThread().interrupt();
    assertThat(LargeStack.call(() -> "done")).isEqualTo("done");
    assertThat(Thread.interrupted()).isTrue();
  }
}

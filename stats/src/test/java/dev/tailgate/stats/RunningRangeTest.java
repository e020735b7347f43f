package dev.tailgate.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RunningRangeTest {

  @Test
  void firstBatchSetsAndLaterBatchesPull() {
    RunningRange running = RunningRange.create();
    running.accept(new Range(-1, 2));
    assertThat(running.range()).isEqualTo(new Range(-1, 2));
    running.accept(new Range(-3, 1));
    running.accept(new Range(0, 5));
    // By hand: -1 -> -1.2 -> -1.08 and 2 -> 1.9 -> 2.21.
    assertThat(running.range().min()).isCloseTo(-1.08, within(1e-15));
    assertThat(running.range().max()).isCloseTo(2.21, within(1e-15));
    assertThat(running.batches()).isEqualTo(3);
  }

  @Test
  void dependsOnTheOrderOfBatches() {
    RunningRange forth = RunningRange.create(0.5);
    forth.accept(new Range(0, 1));
    forth.accept(new Range(0, 3));
    forth.accept(new Range(0, 9));
    RunningRange back = RunningRange.create(0.5);
    back.accept(new Range(0, 9));
    back.accept(new Range(0, 3));
    back.accept(new Range(0, 1));
    assertThat(forth.range().max()).isEqualTo(5.5);
    assertThat(back.range().max()).isEqualTo(3.5);
  }

  @Test
  void ignoresEmptyBatches() {
    RunningRange running = RunningRange.create();
    running.accept(Range.EMPTY);
    assertThat(running.range().isEmpty()).isTrue();
    running.accept(new Range(1, 2));
    running.accept(Range.EMPTY);
    assertThat(running.range()).isEqualTo(new Range(1, 2));
    assertThat(running.batches()).isEqualTo(1);
  }

  @Test
  void refusesAMomentumThatNeverMoves() {
    assertThatIllegalArgumentException().isThrownBy(() -> RunningRange.create(1));
    assertThatIllegalArgumentException().isThrownBy(() -> RunningRange.create(-0.1));
    assertThatIllegalArgumentException().isThrownBy(() -> RunningRange.create(Double.NaN));
  }
}

package dev.tailgate.train.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static Schedule of(Schedule.Shape shape, double floor) {
    return new Schedule(shape, 2, 4, 12, floor);
  }

  @Test
  void warmUpIsAStraightWayUp() {
    for (Schedule.Shape shape : Schedule.Shape.values()) {
      for (int step = 1; step <= 4; step++) {
        assertThat(of(shape, 0).at(step)).isEqualTo(0.5 * step);
      }
    }
  }

  @Test
  void shapesEndWhereTheySay() {
    assertThat(of(Schedule.Shape.CONSTANT, 0).at(12)).isEqualTo(2);
    assertThat(of(Schedule.Shape.LINEAR, 0).at(8)).isCloseTo(1, within(1e-15));
    assertThat(of(Schedule.Shape.LINEAR, 0).at(12)).isZero();
    assertThat(of(Schedule.Shape.COSINE, 0).at(8)).isCloseTo(1, within(1e-15));
    assertThat(of(Schedule.Shape.COSINE, 0).at(6))
        .isCloseTo(1 + Math.cos(Math.PI / 4), within(1e-15));
    assertThat(of(Schedule.Shape.COSINE, 0.1).at(12)).isCloseTo(0.2, within(1e-15));
    assertThat(of(Schedule.Shape.LINEAR, 0.1).at(100)).isCloseTo(0.2, within(1e-15));
  }

  @Test
  void withoutWarmUpTheFirstStepIsNearlyFull() {
    assertThat(new Schedule(Schedule.Shape.LINEAR, 1, 0, 10, 0).at(1))
        .isCloseTo(0.9, within(1e-15));
  }

  @Test
  void refusesWhatIsNoStep() {
    assertThatThrownBy(() -> of(Schedule.Shape.LINEAR, 0).at(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Schedule(Schedule.Shape.LINEAR, 1, -1, 10, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

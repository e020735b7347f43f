package dev.tailgate.quant.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.quant.contest.BatchRunner;
import dev.tailgate.quant.contest.Contestant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** By a clock that the things timed move themselves. */
class TimeRatioTest {
  private static final long MILLISECOND = 1_000_000;
  private long now;
  private final List<String> order = new ArrayList<>();

  private Runnable taking(String name, double milliseconds) {
    return () -> {
      order.add(name);
      now += Math.round(milliseconds * MILLISECOND);
    };
  }

  private double ratio(Runnable baseline, Runnable model) {
    Batch batch = new Batch(0, 1, Map.of(), Optional.empty(), Optional.empty());
    return TimeRatio.inTurn(
        running("baseline", baseline), running("model", model), batch, () -> now);
  }

  private static Contestant running(String name, Runnable run) {
    return new Contestant(
        name,
        () ->
            new BatchRunner() {
              @Override
              public Map<String, Tensor> run(Batch batch) {
                run.run();
                return Map.of();
              }

              @Override
              public void close() {}
            });
  }

  @Test
  void isTheTimeOfTheModelInTimesOfTheBaseline() {
    assertThat(ratio(taking("b", 20), taking("m", 25))).isCloseTo(1.25, within(1e-12));
  }

  @Test
  void doesNotSeeAMachineThatSlowsDownNorOneDisturbedRound() {
    int[] runs = {0};
    Runnable slower =
        () -> {
          int run = runs[0]++;
          // Each run takes 1 % longer than the one before it, and one takes a second.
          now += Math.round((run == 9 ? 1000 : 10) * Math.pow(1.01, run) * MILLISECOND);
        };
    // Half of the rounds are 1 % above 1 and half of them 1 % below.
    assertThat(ratio(slower, slower)).isCloseTo(1, within(0.001));
  }

  @Test
  void warmsUpTwiceAndThenTakesTurnsInGoingFirst() {
    ratio(taking("b", 1000), taking("m", 1000));
    assertThat(String.join("", order)).isEqualTo("bmbm" + "bmmbbmmbbmmb");
  }

  @Test
  void endsSoonForModelsThatTakeNoTime() {
    ratio(taking("b", 0.001), taking("m", 0.001));
    assertThat(order).hasSize(2 * (2 + 200));
  }
}

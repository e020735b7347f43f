package dev.tailgate.stats.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Expected numbers come from NumPy and SciPy 1.17.1 in float64. */
class SampledMetricTest {
  private static final double ROUNDING = 1e-12;
  private static final MetricSpec SPEC = new Spec("metric", "1", Direction.HIGHER);

  private record Spec(String id, String unit, Direction direction) implements MetricSpec {}

  private static Predicted predicted(int classes, int[] labels, int[] predictions) {
    Predicted counts = Predicted.of(classes);
    for (int i = 0; i < labels.length; i++) {
      counts.add(labels[i], predictions[i]);
      counts.endSample();
    }
    return counts;
  }

  @Test
  void macroF1AndMatthewsAgreeWithTheirDefinitions() {
    Predicted counts =
        predicted(
            4, new int[] {0, 2, 1, 1, 0, 2, 2, 1, 0, 3}, new int[] {0, 2, 1, 0, 0, 1, 2, 1, 3, 3});
    assertThat(counts.metric(Predicted.Kind.F1_MACRO, SPEC).value())
        .isCloseTo(0.7, within(ROUNDING));
    // The correlation of the one-hot matrices of labels and predictions.
    assertThat(counts.metric(Predicted.Kind.MCC, SPEC).value())
        .isCloseTo(0.60279628678631, within(ROUNDING));
  }

  @Test
  void forTwoClassesF1IsThatOfClassOneAndMatthewsIsPearsons() {
    Predicted counts =
        predicted(2, new int[] {1, 0, 1, 1, 0, 0, 1}, new int[] {1, 0, 0, 1, 1, 0, 1});
    assertThat(counts.metric(Predicted.Kind.F1, SPEC).value()).isCloseTo(0.75, within(ROUNDING));
    assertThat(counts.metric(Predicted.Kind.MCC, SPEC).value())
        .isCloseTo(0.41666666666666663, within(ROUNDING));
  }

  @Test
  void definesTheEdgesOfCounts() {
    Predicted one = predicted(2, new int[] {0, 0}, new int[] {0, 0});
    assertThat(one.metric(Predicted.Kind.MCC, SPEC).value()).isZero();
    assertThat(one.metric(Predicted.Kind.F1, SPEC).value()).isZero();
    assertThat(one.metric(Predicted.Kind.F1_MACRO, SPEC).value()).isEqualTo(1);
    Predicted none = predicted(3, new int[] {0, 1}, new int[] {-1, 1});
    assertThat(none.metric(Predicted.Kind.F1_MACRO, SPEC).value()).isEqualTo(0.5);
    assertThat(Predicted.of(3).metric(Predicted.Kind.MCC, SPEC).value()).isNaN();
    assertThatIllegalArgumentException().isThrownBy(() -> Predicted.of(2).add(2, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> Predicted.of(0));
  }

  @Test
  void aDrawCountsASampleAsOftenAsItIsDrawn() {
    Predicted counts = predicted(2, new int[] {1, 0, 1}, new int[] {1, 1, 0});
    Predicted drawn = predicted(2, new int[] {1, 1, 0}, new int[] {1, 1, 1});
    for (Predicted.Kind kind : Predicted.Kind.values()) {
      assertThat(counts.metric(kind, SPEC).value(new int[] {0, 0, 1}))
          .isEqualTo(drawn.metric(kind, SPEC).value());
    }
  }

  @Test
  void spearmanAgreesWithScipyWithTies() {
    double[] predictions = {.1, .9, .35, .35, .8, -.2};
    double[] scores = {0, 5, 2, 3, 3, 1};
    RankCorrelation correlation = RankCorrelation.of(SPEC);
    for (int i = 0; i < scores.length; i++) {
      correlation.add(predictions[i], scores[i]);
    }
    assertThat(correlation.value()).isCloseTo(0.8970588235294118, within(ROUNDING));
    assertThat(correlation.value(new int[] {1, 1})).isNaN();
    correlation.add(Double.NaN, 1);
    assertThat(correlation.value()).isNaN();
  }

  @Test
  void ratiosAreOfSumsNotMeansOfRatios() {
    RatioOfSums mean = RatioOfSums.mean(SPEC);
    mean.add(1, 1);
    mean.add(9, 3);
    mean.add(Double.NaN, 0);
    assertThat(mean.value()).isEqualTo(2.5);
    assertThat(mean.value(new int[] {0, 0, 2})).isEqualTo(1);
    assertThat(mean.value(new int[] {2})).isNaN();
    assertThat(RatioOfSums.exponential(SPEC).value()).isNaN();
    assertThatIllegalArgumentException().isThrownBy(() -> mean.add(1, -1));
    mean.add(Double.POSITIVE_INFINITY, 1);
    assertThat(mean.value()).isInfinite();
  }
}

package dev.tailgate.stats.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.stats.AccumulatorLaws;
import java.util.List;
import org.junit.jupiter.api.Test;

class SqnrTest implements AccumulatorLaws<Sqnr> {
  private static final float INF = Float.POSITIVE_INFINITY;

  @Override
  public Sqnr empty() {
    return Sqnr.create();
  }

  @Override
  public void feed(Sqnr into, float[] stream, int from, int to) {
    for (int i = from; i < to; i++) {
      into.accept(new float[] {stream[i], 3}, new float[] {stream[i], 2.75f});
    }
  }

  @Override
  public List<Object> describe(Sqnr metric) {
    return List.of(metric.value(), metric.elements(), metric.skipped(), metric.broken());
  }

  @Test
  void agreesWithNumpy() {
    Sqnr sqnr = Sqnr.create();
    sqnr.accept(new float[] {1, 2, 3, -4.5f, 0.25f}, new float[] {1.1f, 1.9f, 3.05f, -4.4f, 0.2f});
    // NumPy 2.4.6 in float64 on the float32 values.
    assertThat(sqnr.value()).isCloseTo(29.913844986455523, within(1e-12));
  }

  @Test
  void definesTheEdges() {
    Sqnr sqnr = Sqnr.create();
    assertThat(sqnr.value()).isNaN();
    sqnr.accept(new float[] {0}, new float[] {0});
    assertThat(sqnr.value()).isEqualTo(Double.POSITIVE_INFINITY);
    sqnr.accept(new float[] {0}, new float[] {1});
    assertThat(sqnr.value()).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void aTestThatIsNotFiniteWhereTheReferenceIsHasNoSqnr() {
    for (float broken : new float[] {Float.NaN, INF, -INF}) {
      Sqnr sqnr = Sqnr.create();
      sqnr.accept(new float[] {1, 2, 3}, new float[] {1, broken, 3});
      assertThat(sqnr.value()).isNaN();
      assertThat(sqnr.broken()).isEqualTo(1);
      assertThat(sqnr.elements()).isEqualTo(2);
      // Nothing that comes later makes up for it, nor does merging into another.
      sqnr.accept(new float[] {1}, new float[] {1.5f});
      assertThat(sqnr.value()).isNaN();
      Sqnr whole = Sqnr.create();
      whole.accept(new float[] {1}, new float[] {1.5f});
      whole.combine(sqnr);
      assertThat(whole.value()).isNaN();
    }
  }

  @Test
  void whereTheReferenceIsNotFiniteNothingIsCompared() {
    Sqnr sqnr = Sqnr.create();
    sqnr.accept(
        new float[] {-INF, -INF, Float.NaN, INF, 10}, new float[] {-INF, 5, 5, Float.NaN, 9});
    // 10^2 over 1^2.
    assertThat(sqnr.value()).isCloseTo(20, within(1e-12));
    assertThat(sqnr.skipped()).isEqualTo(4);
    assertThat(sqnr.broken()).isZero();
    assertThat(sqnr.elements()).isEqualTo(1);
    Sqnr masked = Sqnr.create();
    masked.accept(new float[] {-INF}, new float[] {-INF});
    assertThat(masked.value()).isNaN();
  }

  @Test
  void namesBothLengthsWhenTheyDiffer() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sqnr.create().accept(new float[2], new float[3]))
        .withMessage(
            "Comparing outputs by SQNR: expected as many test values as reference values (2),"
                + " found 3");
  }
}

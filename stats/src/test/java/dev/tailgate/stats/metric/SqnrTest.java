package dev.tailgate.stats.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.stats.AccumulatorLaws;
import java.util.List;
import org.junit.jupiter.api.Test;

class SqnrTest implements AccumulatorLaws<Sqnr> {

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
    return List.of(metric.value(), metric.elements(), metric.skipped());
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
  void countsNonFinitePairsApart() {
    Sqnr sqnr = Sqnr.create();
    float inf = Float.POSITIVE_INFINITY;
    sqnr.accept(new float[] {1, Float.NaN, 1, inf}, new float[] {1, 1, inf, inf});
    assertThat(sqnr.skipped()).isEqualTo(3);
    assertThat(sqnr.elements()).isEqualTo(1);
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

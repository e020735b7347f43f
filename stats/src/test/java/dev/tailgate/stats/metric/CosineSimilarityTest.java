package dev.tailgate.stats.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.stats.AccumulatorLaws;
import java.util.List;
import org.junit.jupiter.api.Test;

class CosineSimilarityTest implements AccumulatorLaws<CosineSimilarity> {

  @Override
  public CosineSimilarity empty() {
    return CosineSimilarity.create();
  }

  @Override
  public void feed(CosineSimilarity into, float[] stream, int from, int to) {
    for (int i = from; i < to; i++) {
      into.accept(new float[] {stream[i], 3}, new float[] {stream[i], 2});
    }
  }

  @Override
  public List<Object> describe(CosineSimilarity metric) {
    return List.of(metric.value(), metric.samples(), metric.skipped());
  }

  private static double of(float[] reference, float[] test) {
    CosineSimilarity similarity = CosineSimilarity.create();
    similarity.accept(reference, test);
    return similarity.value();
  }

  @Test
  void agreesWithNumpy() {
    double cosine =
        of(new float[] {1, 2, 3, -4.5f, 0.25f}, new float[] {1.1f, 1.9f, 3.05f, -4.4f, 0.2f});
    // NumPy 2.4.6 in float64 on the float32 values.
    assertThat(cosine).isCloseTo(0.999551827755341, within(1e-15));
  }

  @Test
  void definesTheEdges() {
    assertThat(CosineSimilarity.create().value()).isNaN();
    assertThat(of(new float[2], new float[2])).isEqualTo(1);
    assertThat(of(new float[2], new float[] {0, 1})).isZero();
    assertThat(of(new float[] {1, 1}, new float[] {-3, -3})).isCloseTo(-1, within(1e-15));
  }

  @Test
  void averagesSamplesAndLeavesOutReferencesThatAreNotFinite() {
    CosineSimilarity similarity = CosineSimilarity.create();
    similarity.accept(new float[] {1, 0}, new float[] {5, 0});
    similarity.accept(new float[] {1, 0}, new float[] {0, 5});
    similarity.accept(new float[] {Float.NaN, 0}, new float[] {Float.NaN, 5});
    assertThat(similarity.value()).isEqualTo(0.5);
    assertThat(similarity.samples()).isEqualTo(2);
    assertThat(similarity.skipped()).isEqualTo(1);
    assertThat(similarity.broken()).isZero();
  }

  @Test
  void hasNoValueWhereTheTestBreaksOnOneSample() {
    CosineSimilarity similarity = CosineSimilarity.create();
    similarity.accept(new float[] {1, 0}, new float[] {5, 0});
    CosineSimilarity other = CosineSimilarity.create();
    other.accept(new float[] {1, 0}, new float[] {Float.POSITIVE_INFINITY, 5});
    similarity.combine(other);
    assertThat(similarity.broken()).isEqualTo(1);
    assertThat(similarity.value()).isNaN();
  }
}

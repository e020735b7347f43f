package dev.tailgate.stats.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LogSoftmaxTest {

  @Test
  void agreesWithScipy() {
    // scipy.special.logsumexp and log_softmax of SciPy 1.17.1.
    float[] logits = {99, 1, 2, 3, -4.5f, 0.25f};
    assertThat(LogSoftmax.logSumExp(logits, 1, 5)).isCloseTo(3.4496068150708714, within(1e-14));
    assertThat(LogSoftmax.negativeLogLikelihood(logits, 1, 5, 3))
        .isCloseTo(7.949606815070871, within(1e-14));
  }

  @Test
  void doesNotOverflow() {
    float[] logits = {1000, 999, -1000};
    assertThat(LogSoftmax.negativeLogLikelihood(logits, 0, 3, 1))
        .isCloseTo(1.3132616875182228, within(1e-12));
    assertThat(LogSoftmax.negativeLogLikelihood(logits, 0, 3, 2))
        .isCloseTo(2000.3132616875182, within(1e-12));
  }

  @Test
  void definesTheEdges() {
    float masked = Float.NEGATIVE_INFINITY;
    assertThat(LogSoftmax.negativeLogLikelihood(new float[] {2, masked}, 0, 2, 0)).isZero();
    assertThat(LogSoftmax.negativeLogLikelihood(new float[] {2, masked}, 0, 2, 1))
        .isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(LogSoftmax.logSumExp(new float[] {masked, masked}, 0, 2)).isNaN();
    assertThat(LogSoftmax.logSumExp(new float[] {1, Float.NaN}, 0, 2)).isNaN();
    assertThat(LogSoftmax.logSumExp(new float[] {1, Float.POSITIVE_INFINITY}, 0, 2)).isNaN();
  }

  @Test
  void refusesTargetsOutsideTheVocabulary() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogSoftmax.negativeLogLikelihood(new float[4], 0, 2, 2))
        .withMessageContaining("[0, 2), found 2");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> LogSoftmax.logSumExp(new float[4], 3, 2));
  }
}

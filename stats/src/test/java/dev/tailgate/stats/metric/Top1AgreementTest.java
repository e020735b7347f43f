package dev.tailgate.stats.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.stats.AccumulatorLaws;
import java.util.List;
import org.junit.jupiter.api.Test;

class Top1AgreementTest implements AccumulatorLaws<Top1Agreement> {

  @Override
  public Top1Agreement empty() {
    return Top1Agreement.create();
  }

  @Override
  public void feed(Top1Agreement into, float[] stream, int from, int to) {
    for (int i = from; i < to; i++) {
      into.accept(new float[] {stream[i], 1}, new float[] {stream[i], 2}, 0, 2);
    }
  }

  @Override
  public List<Object> describe(Top1Agreement metric) {
    return List.of(metric.value(), metric.positions(), metric.skipped());
  }

  @Test
  void comparesTheLargestLogits() {
    Top1Agreement agreement = Top1Agreement.create();
    float[] reference = {1, 5, 2, 7, 0, 7};
    float[] test = {0, 3, 1, 1, 2, 9};
    agreement.accept(reference, test, 0, 3);
    agreement.accept(reference, test, 3, 3);
    assertThat(agreement.value()).isEqualTo(0.5);
    assertThat(agreement.interval().contains(0.5)).isTrue();
  }

  @Test
  void takesTheFirstOfEqualLogits() {
    Top1Agreement agreement = Top1Agreement.create();
    agreement.accept(new float[] {7, 7}, new float[] {1, 0}, 0, 2);
    assertThat(agreement.value()).isCloseTo(1, within(0.0));
  }

  @Test
  void leavesOutWhatTheReferenceDoesNotPredict() {
    Top1Agreement agreement = Top1Agreement.create();
    agreement.accept(new float[] {1, Float.NaN}, new float[] {7, 7}, 0, 2);
    assertThat(agreement.skipped()).isEqualTo(1);
    assertThat(agreement.value()).isNaN();
    assertThat(agreement.interval().isUnknown()).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> agreement.accept(new float[1], new float[1], 0, 0));
  }

  @Test
  void countsAPredictionThatIsNotANumberAsDisagreement() {
    Top1Agreement agreement = Top1Agreement.create();
    agreement.accept(new float[] {1, 2}, new float[] {1, 2}, 0, 2);
    agreement.accept(new float[] {7, 7}, new float[] {1, Float.NaN}, 0, 2);
    assertThat(agreement.value()).isEqualTo(0.5);
    assertThat(agreement.skipped()).isZero();
  }
}

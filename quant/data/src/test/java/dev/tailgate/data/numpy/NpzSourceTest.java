package dev.tailgate.data.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.Fixtures;
import dev.tailgate.data.Task;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.ElementType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrays were written by NumPy 2. */
class NpzSourceTest {
  private static final List<Double> IDS =
      List.of(1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 28.);

  private static DataSource open(String model, String data, int samples, int batch) {
    return DataSources.open(Fixtures.model(model), Fixtures.request(data, samples, batch));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ids.npz", "masked.npz", "be.npy", "v2.npy"})
  void readsTokenIdsOfAnyWidthAndByteOrder(String data) {
    DataSource source = open("decoder", data, 100, 2);
    assertThat(Fixtures.values(source, "input_ids")).isEqualTo(IDS);
    assertThat(source.samples()).isEqualTo(3);
    assertThat(Fixtures.input(Fixtures.all(source).get(0), "input_ids").type())
        .isEqualTo(ElementType.INT64);
  }

  @Test
  void takesADecoderForACausalLanguageModel() {
    DataSource source = open("decoder", "ids.npz", 100, 3);
    assertThat(source.task()).isEqualTo(Task.CAUSAL_LM);
    Batch batch = Fixtures.all(source).get(0);
    assertThat(batch.labels().orElseThrow().toLongs())
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 28);
    assertThat(batch.mask()).isEmpty();
  }

  @Test
  void takesAnEncoderWithoutLabelsForAgreementOnly() {
    assertThat(open("encoder", "ids.npz", 100, 3).task()).isEqualTo(Task.AGREEMENT);
  }

  @Test
  void asksTheUserFirst() {
    DataRequest request = Fixtures.request("ids.npz", 3, 3).as(Task.AGREEMENT);
    DataSource source = DataSources.open(Fixtures.model("decoder"), request);
    assertThat(source.task()).isEqualTo(Task.AGREEMENT);
    assertThat(Fixtures.all(source).get(0).labels()).isEmpty();
  }

  @Test
  void findsPaddingAndTokenLabels() {
    DataSource source = open("encoder", "masked.npz", 100, 2);
    assertThat(source.hasPadding()).isTrue();
    assertThat(source.task()).isEqualTo(Task.MASKED_LM);
    Batch last = Fixtures.all(source).get(1);
    assertThat(last.mask().orElseThrow().toLongs()).containsExactly(1, 1, 1, 0);
    assertThat(last.labels().orElseThrow().toLongs()).containsExactly(3, -100, -100, -100);
    assertThat(Fixtures.input(last, "token_type_ids").toLongs()).containsExactly(0, 0, 0, 0);
    assertThat(source.description()).contains("not used: extra");
  }

  @Test
  void usesAMaskThatTheModelDoesNotTake() {
    DataSource both = open("decoder", "masked.npz", 100, 1);
    assertThat(both.hasPadding()).isTrue();
    List<Batch> batches = Fixtures.all(both);
    assertThat(batches.get(0).mask().orElseThrow().toLongs()).doesNotContain(0);
    assertThat(batches.get(1).mask().orElseThrow().toLongs()).contains(0);
  }

  @Test
  void readsImagesWithClasses() {
    DataSource source = open("image", "images.npz", 100, 1);
    assertThat(source.task()).isEqualTo(Task.CLASSIFICATION);
    List<Batch> batches = Fixtures.all(source);
    assertThat(batches.get(0).labels().orElseThrow().toLongs()).containsExactly(2);
    assertThat(batches.get(1).labels().orElseThrow().toLongs()).containsExactly(0);
    assertThat(Fixtures.values(source, "pixel_values").get(511)).isEqualTo(1.0);
  }

  @Test
  void widensHalfPrecisionExactly() {
    List<Double> values = Fixtures.values(open("image", "half.npy", 2, 2), "pixel_values");
    // numpy.float16(1 / 511) as float64.
    assertThat(values.get(1)).isEqualTo(0.0019569396972656250);
  }

  @Test
  void refusesShorterSamplesWhereNoMaskCouldHidePadding() {
    assertThatThrownBy(() -> open("fixed", "ids.npz", 3, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected 5 tokens a sample");
  }

  @Test
  void refusesFortranOrder() {
    assertThatThrownBy(() -> open("decoder", "fortran.npy", 1, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Fortran order");
  }

  @Test
  void refusesImagesForATextModel() {
    assertThatThrownBy(() -> open("decoder", "images.npz", 1, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("input_ids");
  }

  @Test
  void givesTheSameSamplesWhateverTheBatchSize() {
    assertThat(Fixtures.values(open("decoder", "masked.npz", 3, 1), "input_ids"))
        .isEqualTo(Fixtures.values(open("decoder", "masked.npz", 3, 3), "input_ids"));
  }

  @Test
  void canBeReadTwice() {
    DataSource source = open("encoder", "masked.npz", 3, 2);
    assertThat(Fixtures.all(source)).isEqualTo(Fixtures.all(source));
  }
}

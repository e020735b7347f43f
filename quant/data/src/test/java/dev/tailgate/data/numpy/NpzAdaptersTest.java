package dev.tailgate.data.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.Amount;
import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.Fixtures;
import dev.tailgate.data.FormatOptions;
import dev.tailgate.data.NpzFile;
import dev.tailgate.data.Shard;
import dev.tailgate.data.SignatureModel;
import dev.tailgate.data.Task;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signatures as exports have them, fed from arrays. */
class NpzAdaptersTest {
  private static final ElementType IDS = ElementType.INT64;

  @TempDir Path folder;

  private DataSource open(SignatureModel model, NpzFile data) {
    Path file = data.write(folder.resolve("d.npz"));
    return DataSources.open(model.load(), Fixtures.request(file, 100, 8));
  }

  private static SignatureModel encoder(Object length) {
    return new SignatureModel()
        .input("input_ids", IDS, "batch", length)
        .input("attention_mask", IDS, "batch", length)
        .output("logits", "batch", length, 64);
  }

  @Test
  void shortSamplesAreFilledUpToAFixedLengthAndMasked() {
    DataSource source =
        open(encoder(5), new NpzFile().counting("input_ids", 2, 3).counting("labels", 2, 3));
    Batch batch = Fixtures.all(source).get(0);
    assertThat(Fixtures.input(batch, "input_ids").toLongs())
        .containsExactly(1, 2, 3, 0, 0, 4, 5, 6, 0, 0);
    assertThat(Fixtures.input(batch, "attention_mask").toLongs())
        .containsExactly(1, 1, 1, 0, 0, 1, 1, 1, 0, 0);
    assertThat(batch.mask().orElseThrow().toLongs()).containsExactly(1, 1, 1, 0, 0, 1, 1, 1, 0, 0);
    assertThat(batch.labels().orElseThrow().toLongs())
        .containsExactly(1, 2, 3, -100, -100, 4, 5, 6, -100, -100);
    assertThat(source.hasPadding()).isTrue();
    assertThat(source.description()).contains("3 tokens filled up to the model's 5");
  }

  @Test
  void aFixedLengthWithoutAMaskIsNotFilledUp() {
    SignatureModel model =
        new SignatureModel().input("input_ids", IDS, "batch", 5).output("logits", "batch", 5, 64);
    assertThatThrownBy(() -> open(model, new NpzFile().counting("input_ids", 2, 3)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("5 tokens a sample, as the model reads no mask");
  }

  private static SignatureModel encoderDecoder() {
    return encoder("sequence")
        .input("decoder_input_ids", IDS, "batch", "target_sequence")
        .input("decoder_attention_mask", IDS, "batch", "target_sequence");
  }

  @Test
  void aDecoderReadsTheLabelsOnePlaceToTheRight() {
    Tensor labels = Tensor.ofLongs(new long[] {7, 8, 9, -100, 3, -100, -100, -100}, 2, 4);
    DataSource source =
        open(encoderDecoder(), new NpzFile().counting("input_ids", 2, 6).with("labels", labels));
    assertThat(source.task()).isEqualTo(Task.SEQ2SEQ);
    Batch batch = Fixtures.all(source).get(0);
    assertThat(Fixtures.input(batch, "decoder_input_ids").toLongs())
        .containsExactly(0, 7, 8, 9, 0, 3, 0, 0);
    assertThat(Fixtures.input(batch, "decoder_attention_mask").shape()).containsExactly(2, 4);
    assertThat(batch.labels().orElseThrow()).isEqualTo(labels);
  }

  @Test
  void aDecoderWithoutLabelsIsAskedFor() {
    assertThatThrownBy(() -> open(encoderDecoder(), new NpzFile().counting("input_ids", 2, 6)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("values for input decoder_input_ids, int64[rows, ")
        .hasMessageContaining("numpy.savez(file, decoder_input_ids=...");
  }

  @Test
  void aSpeechModelReadsFeaturesAndLabels() {
    SignatureModel model =
        new SignatureModel()
            .input("input_features", ElementType.FLOAT, "batch", 2, 3)
            .input("decoder_input_ids", IDS, "batch", "target_sequence")
            .output("logits", "batch", "target_sequence", 64);
    Tensor features = Tensor.ofFloats(new float[12], 2, 2, 3);
    DataSource source =
        open(model, new NpzFile().with("input_features", features).counting("labels", 2, 4));
    assertThat(source.task()).isEqualTo(Task.SEQ2SEQ);
    assertThat(Fixtures.input(Fixtures.all(source).get(0), "decoder_input_ids").toLongs())
        .containsExactly(0, 1, 2, 3, 0, 5, 6, 7);
  }

  private static SignatureModel cached() {
    return new SignatureModel()
        .input("input_ids", IDS, "batch", "sequence")
        .input("attention_mask", IDS, "batch", "total_sequence")
        .input("past.0.key", ElementType.FLOAT, "batch", 1, "past_sequence", 2)
        .input("past.0.value", ElementType.FLOAT, "batch", 1, "past_sequence", 2)
        .output("logits", "batch", "sequence", 64);
  }

  @Test
  void aCacheThatIsGivenSizesTheMask() {
    Tensor past = Tensor.ofFloats(new float[2 * 7 * 2], 2, 1, 7, 2);
    NpzFile ids = new NpzFile().counting("input_ids", 2, 3);
    assertThat(Fixtures.input(Fixtures.all(open(cached(), ids)).get(0), "attention_mask").shape())
        .containsExactly(2, 3);
    NpzFile both = ids.with("past.0.key", past).with("past.0.value", past);
    Batch batch = Fixtures.all(open(cached(), both)).get(0);
    assertThat(Fixtures.input(batch, "attention_mask").shape()).containsExactly(2, 10);
  }

  private static SignatureModel numbers() {
    return new SignatureModel().input("x", ElementType.FLOAT, "batch", 2).output("y", "batch", 2);
  }

  private static NpzFile rows(int count) {
    float[] x = new float[2 * count];
    for (int row = 0; row < count; row++) {
      x[2 * row] = row;
      x[2 * row + 1] = row;
    }
    return new NpzFile().with("x", Tensor.ofFloats(x, count, 2));
  }

  @Test
  void nanIsRefusedWithItsRow() {
    float[] x = {1, 2, 3, 4, Float.NaN, 6};
    NpzFile data = new NpzFile().with("x", Tensor.ofFloats(x, 3, 2));
    DataSource source = open(numbers(), data);
    assertThatThrownBy(() -> Fixtures.all(source))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("reading array x: expected finite numbers, found NaN")
        .hasMessageContaining("row 3");
  }

  private List<Double> firstColumn(boolean shuffled, Shard shard, int samples) {
    DataRequest plain = Fixtures.request(rows(50).write(folder.resolve("r.npz")), samples, 4);
    DataRequest request =
        new DataRequest(
            plain.data(),
            plain.tokenizer(),
            Amount.of(samples),
            4,
            8,
            3,
            Optional.empty(),
            Optional.of(shuffled),
            shard,
            FormatOptions.DEFAULT,
            DataRequest.Purpose.EVALUATION,
            Optional.empty());
    List<Double> all = Fixtures.values(DataSources.open(numbers().load(), request), "x");
    return java.util.stream.IntStream.range(0, all.size() / 2)
        .mapToObj(i -> all.get(2 * i))
        .toList();
  }

  @Test
  void shufflingChoosesRowsBySeedAndReadsThemInOrder() {
    List<Double> chosen = firstColumn(true, Shard.WHOLE, 10);
    assertThat(chosen).hasSize(10).doesNotHaveDuplicates().isSorted();
    assertThat(chosen).isNotEqualTo(firstColumn(false, Shard.WHOLE, 10));
    assertThat(firstColumn(true, Shard.WHOLE, 10)).isEqualTo(chosen);
  }

  @Test
  void shardsPartTheRows() {
    List<Double> all = new java.util.ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.addAll(firstColumn(false, Shard.parse(i + "/3"), 100));
    }
    assertThat(all).hasSize(50).doesNotHaveDuplicates();
  }

  @Test
  void float32IsConvertedToHalfAndBrainFloats() {
    for (ElementType type : List.of(ElementType.FLOAT16, ElementType.BFLOAT16)) {
      OnnxModel model =
          new SignatureModel().input("x", type, "batch", 2).output("y", type, "batch", 2).load();
      Tensor values = Tensor.ofFloats(new float[] {1, 0.1f, -3, 1e-3f}, 2, 2);
      Path file = new NpzFile().with("x", values).write(folder.resolve(type + ".npz"));
      Batch batch = Fixtures.all(DataSources.open(model, Fixtures.request(file, 2, 2))).get(0);
      assertThat(Fixtures.input(batch, "x").type()).isEqualTo(type);
      float[] outputs = Elements.toFloats(dev.tailgate.data.RawActivations.of(model, "y", batch));
      // 2^-8 is the spacing of bfloat16 at 1.
      for (int i = 0; i < 4; i++) {
        assertThat(outputs[i])
            .isCloseTo(values.toFloats()[i], org.assertj.core.api.Assertions.withinPercentage(0.4));
      }
    }
  }
}

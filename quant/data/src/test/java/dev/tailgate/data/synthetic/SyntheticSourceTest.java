package dev.tailgate.data.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.Fixtures;
import dev.tailgate.data.Task;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyntheticSourceTest {
  private static SyntheticSource source(String model, int samples, int batch, int sequence) {
    return new SyntheticSource(
        Fixtures.model(model), DataRequest.synthetic(samples, batch, sequence, 7));
  }

  @Test
  void findsTheVocabularyThroughCastAndReshape() {
    assertThat(source("decoder", 1, 1, 8).roles())
        .containsEntry("input_ids", new InputRole.TokenIds(29));
  }

  @Test
  void drawsTokensFromTheWholeVocabularyAndNoFurther() {
    List<Double> ids = Fixtures.values(source("decoder", 100, 10, 16), "input_ids");
    assertThat(ids).allMatch(v -> v >= 0 && v < 29).contains(0.0, 28.0);
  }

  @Test
  void keepsWithinThePositionTable() {
    Batch batch = Fixtures.all(source("decoder", 1, 1, 500)).get(0);
    assertThat(Fixtures.input(batch, "input_ids").shape()).containsExactly(1, 16);
  }

  @ParameterizedTest
  @ValueSource(strings = {"decoder", "encoder", "image", "past"})
  void makesTheSameSamplesWhateverTheBatchSize(String model) {
    SyntheticSource one = source(model, 5, 1, 8);
    SyntheticSource three = source(model, 5, 3, 8);
    for (String input : one.roles().keySet()) {
      assertThat(Fixtures.values(one, input)).isEqualTo(Fixtures.values(three, input));
    }
    assertThat(Fixtures.all(three)).extracting(Batch::samples).containsExactly(3, 2);
    assertThat(Fixtures.all(three)).extracting(Batch::firstPlace).containsExactly(0L, 3L);
  }

  @Test
  void repeatsItselfAndDependsOnTheSeed() {
    SyntheticSource source = source("image", 2, 2, 8);
    assertThat(Fixtures.all(source)).isEqualTo(Fixtures.all(source));
    SyntheticSource other =
        new SyntheticSource(Fixtures.model("image"), DataRequest.synthetic(2, 2, 8, 8));
    assertThat(Fixtures.all(other)).isNotEqualTo(Fixtures.all(source));
  }

  @Test
  void masksNothingAndUsesSegmentZero() {
    SyntheticSource source = source("encoder", 2, 2, 8);
    assertThat(Fixtures.values(source, "attention_mask")).hasSize(16).containsOnly(1.0);
    assertThat(Fixtures.values(source, "token_type_ids")).hasSize(16).containsOnly(0.0);
    assertThat(source.hasPadding()).isFalse();
    assertThat(source.task()).isEqualTo(Task.AGREEMENT);
  }

  @Test
  void startsWithoutPastAndCountsPositions() {
    Batch batch = Fixtures.all(source("past", 2, 2, 3)).get(0);
    assertThat(Fixtures.input(batch, "past_key_values.0.key").shape()).containsExactly(2, 2, 0, 4);
    assertThat(Fixtures.input(batch, "attention_mask").shape()).containsExactly(2, 3);
    assertThat(Fixtures.input(batch, "position_ids").toLongs()).containsExactly(0, 1, 2, 0, 1, 2);
  }

  @Test
  void takesChannelsFromTheConvolution() {
    Batch batch = Fixtures.all(source("image", 1, 1, 8)).get(0);
    assertThat(Fixtures.input(batch, "pixel_values").shape()).containsExactly(1, 1, 224, 224);
  }

  @Test
  void drawsStandardNormalPixels() {
    List<Double> pixels = Fixtures.values(source("image", 4, 2, 8), "pixel_values");
    double mean = pixels.stream().mapToDouble(v -> v).average().orElseThrow();
    double square = pixels.stream().mapToDouble(v -> v * v).average().orElseThrow();
    // 200704 draws: five standard errors of the mean and of the second moment.
    assertThat(Math.abs(mean)).isLessThan(5 / Math.sqrt(pixels.size()));
    assertThat(Math.abs(square - 1)).isLessThan(5 * Math.sqrt(2.0 / pixels.size()));
  }

  @Test
  void fillsTheModelsOwnBatchUp() {
    SyntheticSource source = source("fixed", 5, 1, 8);
    assertThat(source.samples()).isEqualTo(5);
    assertThat(Fixtures.all(source)).extracting(Batch::samples).containsExactly(4, 1);
    assertThat(Fixtures.all(source)).extracting(Batch::rows).containsExactly(4, 4);
    assertThat(source.description()).contains("the last batch of 4 is filled up with copies");
    Tensor ids = Fixtures.input(Fixtures.all(source).get(0), "seqs");
    assertThat(ids.shape()).containsExactly(4, 5);
    assertThat(ids.type()).isEqualTo(ElementType.INT32);
    assertThat(Set.copyOf(Fixtures.values(source, "length"))).containsExactly(4.0);
  }

  @Test
  void refusesAbsurdSizesBeforeAllocating() {
    assertThatThrownBy(() -> source("huge", 1, 1, 8))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("at most 1 GiB");
  }

  private static OnnxModel adding(long... positions) {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
    Value x = g.input("x", ElementType.FLOAT, Dim.of("batch"), Dim.of("length"), Dim.of(2));
    Value sum = g.scalar(ElementType.FLOAT, 0);
    for (long length : positions) {
      ConstantTensor table =
          ConstantTensor.ofFloats(
              "p" + length, List.of(1L, length, 2L), new float[2 * (int) length]);
      sum = sum.plus(g.node("ReduceMax", x.plus(g.constant(table))).value());
    }
    return g.output("y", sum).model();
  }

  @Test
  void sizesThatTheGraphHoldsAreTaken() {
    DataRequest request = DataRequest.synthetic(4, 2, 8, 0);
    DataSource source = DataSources.open(adding(12), request);
    assertThat(source.batches().next().inputs().get("x").shape()).containsExactly(2, 12, 2);
    assertThat(source.description())
        .contains("found to run with: x float[2, 12, 2]", "sequence length 12");
  }

  @Test
  void aModelThatRunsWithNoneSaysWhatWasTried() {
    DataRequest request = DataRequest.synthetic(4, 2, 8, 0);
    assertThatThrownBy(() -> DataSources.open(adding(12, 11), request))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(
            "sizes that it runs with", "Add node", "x float[2, 8, 2]", "--data");
  }
}

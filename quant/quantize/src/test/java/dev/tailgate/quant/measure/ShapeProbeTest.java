package dev.tailgate.quant.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.data.Task;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.tap.TokenLayout;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * {@code x [B, T, 8]} is split into heads {@code [B, T, H, 8 / H]} and turned to {@code [B, H, T, 8
 * / H]}, in graphs that are open in both, or hold one of them.
 */
class ShapeProbeTest {
  private static final int WIDTH = 8;

  /** One batch of {@code rows} samples of {@code tokens}. */
  private static DataSource data(int rows, int tokens) {
    Tensor x = Tensor.ofFloats(new float[rows * tokens * WIDTH], rows, tokens, WIDTH);
    Batch batch = new Batch(0, rows, Map.of("x", x), Optional.empty(), Optional.empty());
    return new DataSource() {
      @Override
      public Iterator<Batch> batches() {
        return List.of(batch).iterator();
      }

      @Override
      public long samples() {
        return rows;
      }

      @Override
      public String description() {
        return "zeros";
      }

      @Override
      public boolean synthetic() {
        return false;
      }

      @Override
      public boolean hasPadding() {
        return false;
      }

      @Override
      public Task task() {
        return Task.AGREEMENT;
      }
    };
  }

  /** {@code batch} and {@code tokens} are sizes in the graph; 0 copies that of the input. */
  private static OnnxModel heads(long batch, long tokens, int heads) {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
    Value x = g.input("x", ElementType.FLOAT, Dim.of("batch"), Dim.of("length"), Dim.of(WIDTH));
    Value split =
        g.node("Reshape", x, g.longs(batch, tokens, heads, WIDTH / heads))
            .named(List.of("s"))
            .get(0);
    Value turned =
        g.node("Transpose", split).with("perm", new long[] {0, 2, 1, 3}).named(List.of("t")).get(0);
    Value flat = g.node("Reshape", x, g.longs(-1, WIDTH)).named(List.of("f")).get(0);
    return g.output("y", turned.plus(1)).output("z", flat.plus(1)).model();
  }

  private static Map<String, ShapeProbe.Probed> probe(OnnxModel model, int rows, int tokens) {
    return ShapeProbe.on(any -> data(rows, tokens), ReferenceModel.CPU)
        .probe(model, List.of("s", "t", "f"));
  }

  private static void sees(
      Map<String, ShapeProbe.Probed> probed, TokenLayout split, TokenLayout turned) {
    assertThat(probed.get("s")).isEqualTo(new ShapeProbe.Probed(ElementType.FLOAT, 4, split));
    assertThat(probed.get("t")).isEqualTo(new ShapeProbe.Probed(ElementType.FLOAT, 4, turned));
    assertThat(probed.get("f"))
        .isEqualTo(new ShapeProbe.Probed(ElementType.FLOAT, 2, new TokenLayout.Flattened()));
  }

  @Test
  void aModelThatHoldsALengthIsProbedWithDataOfThatLength() {
    sees(probe(heads(0, 12, 2), 3, 12), new TokenLayout.Axis(1), new TokenLayout.Axis(2));
  }

  @Test
  void aModelThatHoldsABatchIsProbedWithDataOfThatBatch() {
    sees(probe(heads(4, 0, 2), 4, 12), new TokenLayout.Axis(1), new TokenLayout.Axis(2));
  }

  @Test
  void aLengthLikeTheNumberOfHeadsIsToldByAnother() {
    // From [3, 4, 4, 2] alone, the axis beside the channels would be the tokens in both.
    sees(probe(heads(0, 0, 4), 3, 4), new TokenLayout.Axis(1), new TokenLayout.Axis(2));
  }

  @Test
  void aLengthLikeTheBatchIsToldByAnother() {
    sees(probe(heads(0, 0, 4), 4, 4), new TokenLayout.Axis(1), new TokenLayout.Axis(2));
  }

  @Test
  void oneSampleOfAFrozenBatchIsToldByTwoLengths() {
    // [1, 4, 4, 2]: made-up batches of two do not run, one token less does.
    sees(probe(heads(1, 0, 4), 1, 4), new TokenLayout.Axis(1), new TokenLayout.Axis(2));
  }

  /** A third of {@code [3, B, T, C]}, as queries, keys and values of one product are. */
  @Test
  void samplesMayStandBehindAxesOfOneEntry() {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
    Value x = g.input("x", ElementType.FLOAT, Dim.of("batch"), Dim.of("length"), Dim.of(WIDTH));
    Value u = g.node("Unsqueeze", x, g.longs(0)).named(List.of("u")).get(0);
    OnnxModel model = g.output("y", u.plus(1)).model();
    for (int rows : new int[] {1, 3, 8}) {
      assertThat(ShapeProbe.on(any -> data(rows, 8), ReferenceModel.CPU).probe(model, List.of("u")))
          .containsEntry(
              "u", new ShapeProbe.Probed(ElementType.FLOAT, 4, new TokenLayout.Axis(1, 2)));
    }
  }

  @Test
  void theDataAreOpenedOnceForAllModels() {
    int[] opened = {0};
    ShapeProbe probe =
        ShapeProbe.on(
            any -> {
              opened[0]++;
              return data(2, 5);
            },
            ReferenceModel.CPU);
    assertThat(probe.probe(heads(0, 0, 2), List.of("s"))).hasSize(1);
    assertThat(probe.probe(heads(0, 0, 4), List.of("t"))).hasSize(1);
    assertThat(opened[0]).isEqualTo(1);
  }

  @Test
  void whatIsNoFloatTensorWithElementsIsLeftOut() {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
    Value x = g.input("x", ElementType.FLOAT, Dim.of("batch"), Dim.of("length"), Dim.of(WIDTH));
    g.node("Shape", x).named(List.of("integers"));
    g.node("ReduceSum", x).with("keepdims", 0).named(List.of("scalar"));
    Value none = g.constant(ConstantTensor.ofLongs("none", List.of(1L), 0));
    g.node("Slice", x, none, none).named(List.of("empty"));
    OnnxModel model = g.output("y", x.plus(1)).model();
    assertThat(
            ShapeProbe.on(any -> data(2, 5), ReferenceModel.CPU)
                .probe(model, List.of("integers", "scalar", "empty")))
        .isEmpty();
  }
}

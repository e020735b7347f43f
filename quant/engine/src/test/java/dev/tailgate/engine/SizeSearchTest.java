package dev.tailgate.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.engine.fit.SizeSearch;
import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.input.SizeChoice;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Graphs that hold sizes which their signatures call open. */
class SizeSearchTest {
  private static final int WIDTH = 4;

  private static GraphBuilder builder() {
    return GraphBuilder.on(OnnxModel.blank(17));
  }

  private static Value features(GraphBuilder g) {
    return g.input("x", ElementType.FLOAT, Dim.of("batch"), Dim.of("length"), Dim.of(WIDTH));
  }

  private static Value zeros(GraphBuilder g, String name, long... dims) {
    long count = 1;
    for (long dim : dims) {
      count *= dim;
    }
    return g.constant(
        ConstantTensor.ofFloats(
            name, Arrays.stream(dims).boxed().toList(), new float[(int) count]));
  }

  private static SizeSearch.Found find(OnnxModel model) {
    return SizeSearch.find(model, 2, 8);
  }

  @Test
  void anOpenModelRunsWithWhatIsAskedFor() {
    GraphBuilder g = builder();
    Value x = features(g);
    // Candidates there are, and none is needed.
    OnnxModel model = g.output("y", g.node("Reshape", x, g.longs(0, -1, 2, 2)).value()).model();
    SizeSearch.Found found = find(model);
    assertThat(found.runs()).isTrue();
    assertThat(found.sizes()).isEqualTo(SizeChoice.asked(2, 8));
    assertThat(found.tried()).hasSize(1);
  }

  @Test
  void positionsThatAreAddedHoldALength() {
    GraphBuilder g = builder();
    OnnxModel model = g.output("y", features(g).plus(zeros(g, "positions", 1, 12, WIDTH))).model();
    assertThat(find(model).sizes()).isEqualTo(SizeChoice.asked(2, 8).holdingSequence(12));
    ModelInputs inputs = ModelInputs.of(model.graph(), find(model).sizes());
    assertThat(inputs.fixedSequence()).isTrue();
    assertThat(inputs.sequenceLength()).isEqualTo(12);
    assertThat(find(model).reason()).contains("8 by 12");
  }

  @Test
  void aMaskHoldsALengthForDataToo() {
    GraphBuilder g = builder();
    Value x = features(g);
    Value scores = x.matMul(g.node("Transpose", x).with("perm", new long[] {0, 2, 1}).value());
    OnnxModel model = g.output("y", scores.plus(zeros(g, "mask", 1, 12, 12))).model();
    assertThat(SizeSearch.forData(model, 2, 8))
        .isEqualTo(SizeChoice.asked(2, 8).holdingSequence(12));
  }

  @Test
  void aTargetHoldsABatch() {
    GraphBuilder g = builder();
    Value x = features(g);
    OnnxModel model = g.output("y", g.node("Reshape", x, g.longs(6, -1, 2, 2)).value()).model();
    SizeChoice found = SizeSearch.find(model, 2, 7).sizes();
    assertThat(found).isEqualTo(SizeChoice.asked(2, 7).holdingBatch(6));
    assertThat(SizeSearch.forData(model, 2, 7)).isEqualTo(found);
    ModelInputs inputs = ModelInputs.of(model.graph(), found);
    assertThat(inputs.fixedBatch()).isTrue();
    assertThat(inputs.batchSize()).isEqualTo(6);
  }

  @Test
  void aTargetHoldsLengthAndBatchTimesHeads() {
    // As a fused attention is traced: [T, B H, D], 10 tokens of 3 samples in 2 heads.
    GraphBuilder g = builder();
    Value x = features(g);
    OnnxModel model = g.output("y", g.node("Reshape", x, g.longs(10, 6, 2)).value()).model();
    assertThat(find(model).sizes())
        .isEqualTo(SizeChoice.asked(2, 8).holdingSequence(10).holdingBatch(3));
  }

  @Test
  void aTargetThatIsPutTogetherHoldsWhatComesFirst() {
    // As TorchScript writes [T, B H, D]: T a constant, the rest computed from the shape.
    GraphBuilder g = builder();
    Value x = features(g);
    Value turned = g.node("Transpose", x).with("perm", new long[] {1, 0, 2}).value();
    Value sizes = g.node("Shape", turned).value();
    Value batch = g.node("Gather", sizes, g.longs(1)).value();
    Value heads = g.node("Mul", batch, g.longs(2)).value();
    Value target = g.concat(0, g.longs(12), heads, g.longs(2));
    Value split = g.node("Reshape", turned, target).value();
    Value back = g.node("Transpose", split).with("perm", new long[] {1, 0, 2}).value();
    Value whole = g.node("Reshape", back, g.longs(-1, 12, WIDTH)).value();
    OnnxModel model = g.output("y", whole).model();
    assertThat(SizeSearch.forData(model, 2, 8))
        .isEqualTo(SizeChoice.asked(2, 8).holdingSequence(12));
  }

  @Test
  void positionsOfFramesHoldTheLengthOfASignal() {
    // A spectrogram [B, mel, n] of which convolutions make n / 2 frames, 25 of them.
    GraphBuilder g = builder();
    Value x = g.input("features", ElementType.FLOAT, Dim.of("batch"), Dim.of("mel"), Dim.of("n"));
    Value frames =
        g.node("Conv", x, zeros(g, "kernel", WIDTH, 8, 3))
            .with("strides", new long[] {2})
            .with("pads", new long[] {1, 1})
            .value();
    Value tokens = g.node("Transpose", frames).with("perm", new long[] {0, 2, 1}).value();
    OnnxModel model = g.output("y", tokens.plus(zeros(g, "positions", 1, 25, WIDTH))).model();
    assertThat(ModelInputs.of(model.graph(), find(model).sizes()).layouts())
        .extracting(InputLayout::shape)
        .containsExactly(new long[] {2, 8, 50});
  }

  @Test
  void aTableOfPositionsBoundsALength() {
    GraphBuilder g = builder();
    Value ids = g.input("ids", ElementType.INT64, Dim.of("batch"), Dim.of("length"));
    Value words = g.node("Gather", zeros(g, "words", 50, WIDTH), ids).value();
    // Positions begin with 2, as RoBERTa counts them.
    Value ones = g.node("Add", g.node("Sub", ids, ids).value(), g.longs(1)).value();
    Value positions = g.node("Add", g.node("CumSum", ones, g.longs(1)).value(), g.longs(1)).value();
    Value places = g.node("Gather", zeros(g, "places", 40, WIDTH), positions).value();
    OnnxModel model = g.output("y", words.plus(places)).model();
    SizeSearch.Found found = SizeSearch.find(model, 2, 128);
    assertThat(found.sizes()).isEqualTo(SizeChoice.asked(2, 128).withSequence(38));
    assertThat(ModelInputs.of(model.graph(), found.sizes()).fixedSequence()).isFalse();
  }

  @Test
  void positionsOfPatchesHoldTheSizeOfImages() {
    GraphBuilder g = builder();
    Value x =
        g.input("pixels", ElementType.FLOAT, Dim.of("batch"), Dim.of(3), Dim.of("h"), Dim.of("w"));
    Value patches =
        g.node("Conv", x, zeros(g, "kernel", WIDTH, 3, 4, 4))
            .with("strides", new long[] {4, 4})
            .value();
    Value rows = g.node("Reshape", patches, g.longs(0, WIDTH, -1)).value();
    Value tokens = g.node("Transpose", rows).with("perm", new long[] {0, 2, 1}).value();
    OnnxModel model = g.output("y", tokens.plus(zeros(g, "positions", 1, 49, WIDTH))).model();
    SizeChoice found = find(model).sizes();
    assertThat(found.side()).hasValue(28);
    assertThat(SizeSearch.forData(model, 2, 8)).isEqualTo(found);
    assertThat(ModelInputs.of(model.graph(), found).layouts())
        .extracting(InputLayout::shape)
        .containsExactly(new long[] {2, 3, 28, 28});
  }

  @Test
  void soundHasAsManyPointsAsItsConvolutionsLookAt() {
    GraphBuilder g = builder();
    Value sound = g.input("sound", ElementType.FLOAT, Dim.of("batch"), Dim.of("points"));
    Value channel = g.node("Unsqueeze", sound, g.longs(1)).value();
    Value first =
        g.node("Conv", channel, zeros(g, "k0", WIDTH, 1, 10))
            .with("strides", new long[] {5})
            .value();
    Value second =
        g.node("Conv", first.relu(), zeros(g, "k1", WIDTH, WIDTH, 3))
            .with("strides", new long[] {2})
            .value();
    OnnxModel model = g.output("y", second).model();
    // 1 + (10 - 1) + (3 - 1) 5 = 20 points are a frame, each further one takes 10 more; 32 frames.
    assertThat(ModelInputs.of(model.graph(), 2, 8).sequenceLength()).isEqualTo(20 + 31 * 10);
    assertThat(ModelInputs.of(model.graph(), 2, 1000).sequenceLength()).isEqualTo(1000);
  }

  @Test
  void whatNeverRunsSaysWhatWasTried() {
    GraphBuilder g = builder();
    Value x = features(g);
    Value a = g.node("ReduceMax", x.plus(zeros(g, "a", 1, 12, WIDTH))).value();
    Value b = g.node("ReduceMax", x.plus(zeros(g, "b", 1, 11, WIDTH))).value();
    OnnxModel model = g.output("y", a.plus(b)).model();
    SizeSearch.Found found = find(model);
    assertThat(found.runs()).isFalse();
    assertThat(found.sizes()).isEqualTo(SizeChoice.asked(2, 8));
    assertThat(found.tried())
        .contains("x float[2, 8, 4]", "x float[2, 12, 4]", "x float[2, 11, 4]");
    assertThat(List.of(found.reason())).allMatch(r -> r.contains("Add"));
  }
}

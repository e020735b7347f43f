package dev.tailgate.engine.opset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.opset.RaiseOpset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each form that was written anew computes bit for bit what the old one does in ONNX Runtime, which
 * has kernels for both.
 */
class RaiseOpsetTest {
  private static final RunnerOptions CPU =
      new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.NONE);
  private static final long[] SHAPE = {2, 3, 4, 6};

  /** Whether the shape of the input is stated. */
  private static GraphBuilder opset(int opset) {
    return GraphBuilder.on(OnnxModel.blank(opset));
  }

  private static OnnxModel model(
      int opset, boolean shapes, BiFunction<GraphBuilder, Value, Value> formula) {
    GraphBuilder g = opset(opset);
    Value x =
        shapes
            ? g.input("x", ElementType.FLOAT, SHAPE)
            : g.input("x", ElementType.FLOAT, Dim.of("a"), Dim.of("b"), Dim.of("c"), Dim.of("d"));
    return g.output("y", formula.apply(g, x)).model();
  }

  private static Tensor data() {
    Random random = new Random(7);
    float[] values = new float[2 * 3 * 4 * 6];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(values, SHAPE);
  }

  private static Map<String, Tensor> run(OnnxModel model, Map<String, Tensor> feeds) {
    try (ModelRunner runner = ModelRunner.open(model, CPU)) {
      return runner.run(feeds, model.graph().outputNames());
    }
  }

  private static OnnxModel computesTheSame(OnnxModel model, Map<String, Tensor> feeds) {
    OnnxModel raised = RaiseOpset.apply(model);
    assertThat(raised.opset()).isEqualTo(18);
    assertThat(raised.graph().inputs()).isEqualTo(model.graph().inputs());
    assertThat(raised.graph().outputs()).isEqualTo(model.graph().outputs());
    assertThat(raised.graph().initializers()).containsAllEntriesOf(model.graph().initializers());
    assertThat(run(raised, feeds)).isEqualTo(run(model, feeds));
    return raised;
  }

  private static Arguments form(
      String name, int opset, BiFunction<GraphBuilder, Value, Value> formula) {
    return Arguments.of(name, opset, formula);
  }

  private static ConstantTensor scales(float... values) {
    return ConstantTensor.ofFloats("scales", List.of((long) values.length), values);
  }

  static Stream<Arguments> forms() {
    return Stream.of(
        form("Softmax", 9, (g, x) -> g.node("Softmax", x).value()),
        form("Softmax of two axes", 11, (g, x) -> g.node("Softmax", x).with("axis", 2).value()),
        form("Softmax of the last", 11, (g, x) -> g.node("Softmax", x).with("axis", 3).value()),
        form("Softmax from the end", 12, (g, x) -> g.node("Softmax", x).with("axis", -2).value()),
        form("Softmax of all", 9, (g, x) -> g.node("Softmax", x).with("axis", 0).value()),
        form("LogSoftmax", 9, (g, x) -> g.node("LogSoftmax", x).with("axis", 1).value()),
        form("Hardmax", 11, (g, x) -> g.node("Hardmax", x).with("axis", 2).value()),
        form("ReduceSum", 9, (g, x) -> reduced(g, x, "ReduceSum", 1, 2)),
        form("ReduceSum of all", 12, (g, x) -> g.node("ReduceSum", x).value()),
        form("ReduceSum without sizes", 12, RaiseOpsetTest::withoutSizes),
        form("ReduceMean", 17, (g, x) -> reduced(g, x, "ReduceMean", -1)),
        form("ReduceMax", 13, (g, x) -> reduced(g, x, "ReduceMax", 1)),
        form("ReduceMin", 9, (g, x) -> reduced(g, x, "ReduceMin", 1, 3)),
        form("ReduceProd", 11, (g, x) -> reduced(g, x, "ReduceProd", 3)),
        form("ReduceL1", 9, (g, x) -> reduced(g, x, "ReduceL1", 2)),
        form("ReduceL2", 17, (g, x) -> reduced(g, x, "ReduceL2", 2)),
        form("ReduceLogSumExp", 15, (g, x) -> reduced(g, x, "ReduceLogSumExp", 2)),
        form("ReduceSumSquare", 9, (g, x) -> reduced(g, x, "ReduceSumSquare", 0)),
        form("ReduceLogSum", 9, (g, x) -> reduced(g, x.op("Abs"), "ReduceLogSum", 3)),
        form("Squeeze", 9, (g, x) -> axes(g, axes(g, x, "Unsqueeze", 1, 5), "Squeeze", 1)),
        form("Squeeze of all", 12, (g, x) -> g.node("Squeeze", axes(g, x, "Unsqueeze", 0)).value()),
        form("Split", 9, (g, x) -> parts(g.node("Split", x).with("axis", 3).values(2))),
        form("Split by input", 13, RaiseOpsetTest::splitByInput),
        form("Split of sizes", 11, RaiseOpsetTest::splitOfSizes),
        form("Split of one opset before", 17, RaiseOpsetTest::splitEvenly),
        form("Clip", 9, (g, x) -> g.node("Clip", x).with("min", -0.3f).with("max", 0.7f).value()),
        form("Clip from below", 10, (g, x) -> g.node("Clip", x).with("min", 0f).value()),
        form("Pad", 9, RaiseOpsetTest::padded),
        form("Pad by reflection", 10, RaiseOpsetTest::reflected),
        form("Slice", 9, RaiseOpsetTest::sliced),
        form("Slice of the first axes", 9, RaiseOpsetTest::slicedFirst),
        form("TopK", 9, (g, x) -> g.node("TopK", x).with("k", 2).values(2).get(0)),
        form("Dropout", 9, (g, x) -> g.node("Dropout", x).with("ratio", 0.4f).value()),
        form("Dropout with a mask", 11, (g, x) -> g.node("Dropout", x).values(2).get(0)),
        form("BatchNormalization", 9, RaiseOpsetTest::normalised),
        form("Scatter", 9, (g, x) -> scattered(g, x, "Scatter")),
        form("Scatter", 10, (g, x) -> scattered(g, x, "Scatter")),
        form("ScatterElements", 11, (g, x) -> scattered(g, x, "ScatterElements")),
        form("Upsample", 9, (g, x) -> resized(g, x, "Upsample", "nearest", 1, 1, 2, 1.5f)),
        form("Upsample linear", 9, (g, x) -> resized(g, x, "Upsample", "linear", 1, 1, 2, 1.5f)),
        form("Resize", 10, (g, x) -> resized(g, x, "Resize", "nearest", 1, 1, 1.5f, 2.5f)),
        form("Resize smaller", 10, (g, x) -> resized(g, x, "Resize", "nearest", 1, 1, 0.6f, 0.4f)),
        form("Resize linear", 10, (g, x) -> resized(g, x, "Resize", "linear", 1, 1, 0.6f, 1.7f)),
        form("Resize by scales", 11, RaiseOpsetTest::resizedByScales),
        form("Resize to sizes", 11, (g, x) -> resizedTo(g, x, 5, 9)),
        form("Resize to sizes", 17, (g, x) -> resizedTo(g, x, 3, 4)),
        form("RoiAlign", 11, RaiseOpsetTest::regions),
        form("OneHot of negative ids", 9, RaiseOpsetTest::oneHot),
        form("NonZero", 9, (g, x) -> g.node("NonZero", x.relu()).value()),
        form("ConvTranspose", 9, RaiseOpsetTest::transposedConvolution),
        form("AveragePool", 9, RaiseOpsetTest::pooled),
        form("branches", 11, RaiseOpsetTest::branches),
        form("a body of a loop", 12, RaiseOpsetTest::looped));
  }

  private static Value reduced(GraphBuilder g, Value x, String op, long... axes) {
    return g.node(op, x).with("axes", axes).with("keepdims", 0).value();
  }

  private static Value withoutSizes(GraphBuilder g, Value x) {
    return g.node("ReduceSum", x).with("axes", new long[0]).with("keepdims", 1).value();
  }

  private static Value axes(GraphBuilder g, Value x, String op, long... axes) {
    return g.node(op, x).with("axes", axes).value();
  }

  private static Value parts(List<Value> parts) {
    return parts.get(0).plus(parts.get(1).times(2));
  }

  private static Value splitByInput(GraphBuilder g, Value x) {
    return g.node("Split", x, g.longs(1, 3)).with("axis", 2).values(2).get(1);
  }

  private static Value splitOfSizes(GraphBuilder g, Value x) {
    return g.node("Split", x).with("axis", 3).with("split", new long[] {1, 5}).values(2).get(1);
  }

  private static Value splitEvenly(GraphBuilder g, Value x) {
    return parts(g.node("Split", x).with("axis", 2).values(2));
  }

  private static Value padded(GraphBuilder g, Value x) {
    long[] pads = {0, 1, 0, 2, 0, 0, 3, -1};
    return g.node("Pad", x).with("pads", pads).with("value", 1.5f).value();
  }

  private static Value reflected(GraphBuilder g, Value x) {
    long[] pads = {0, 0, 1, 2, 0, 0, 2, 3};
    return g.node("Pad", x).with("pads", pads).with("mode", "reflect").value();
  }

  private static Value sliced(GraphBuilder g, Value x) {
    return g.node("Slice", x)
        .with("starts", new long[] {1, -5})
        .with("ends", new long[] {-1, 100})
        .with("axes", new long[] {2, 3})
        .value();
  }

  private static Value slicedFirst(GraphBuilder g, Value x) {
    return g.node("Slice", x)
        .with("starts", new long[] {0, 1})
        .with("ends", new long[] {1, 3})
        .value();
  }

  private static Value normalised(GraphBuilder g, Value x) {
    Value[] three = new Value[4];
    for (int i = 0; i < 4; i++) {
      three[i] = g.constant(ConstantTensor.ofFloats("p" + i, List.of(3L), 1 + i, 0.5f, 2f));
    }
    return g.node("BatchNormalization", x, three[0], three[1], three[2], three[3])
        .with("epsilon", 1e-3f)
        .value();
  }

  private static Value scattered(GraphBuilder g, Value x, String op) {
    Value ids = g.constant(ConstantTensor.ofLongs("ids", List.of(1L, 1L, 1L, 2L), 5, 0));
    Value updates = g.constant(ConstantTensor.ofFloats("new", List.of(1L, 1L, 1L, 2L), 8, 9));
    return g.node(op, x, ids, updates).with("axis", 3).value();
  }

  private static Value resized(GraphBuilder g, Value x, String op, String mode, float... by) {
    return g.node(op, x, g.constant(scales(by))).with("mode", mode).value();
  }

  private static Value resizedByScales(GraphBuilder g, Value x) {
    Value none = g.constant(ConstantTensor.ofFloats("region", List.of(0L)));
    return g.node("Resize", x, none, g.constant(scales(1, 1, 2, 0.5f)))
        .with("mode", "linear")
        .value();
  }

  private static Value resizedTo(GraphBuilder g, Value x, long rows, long columns) {
    Value none = g.constant(ConstantTensor.ofFloats("region", List.of(0L)));
    Value noScales = g.constant(ConstantTensor.ofFloats("unscaled", List.of(0L)));
    return g.node("Resize", x, none, noScales, g.longs(2, 3, rows, columns))
        .with("coordinate_transformation_mode", "pytorch_half_pixel")
        .with("mode", "cubic")
        .value();
  }

  private static Value regions(GraphBuilder g, Value x) {
    Value rois =
        g.constant(
            ConstantTensor.ofFloats("rois", List.of(2L, 4L), 0, 0, 4, 3, 1, 0.5f, 5.5f, 2.5f));
    Value batch = g.constant(ConstantTensor.ofLongs("batch", List.of(2L), 0, 1));
    return g.node("RoiAlign", x, rois, batch)
        .with("output_height", 2)
        .with("output_width", 2)
        .with("sampling_ratio", 2)
        .value();
  }

  private static Value oneHot(GraphBuilder g, Value x) {
    Value ids = g.constant(ConstantTensor.ofLongs("ids", List.of(4L), 0, 2, -1, 7));
    Value values = g.constant(ConstantTensor.ofFloats("values", List.of(2L), 0, 1));
    Value hot = g.node("OneHot", ids, g.longs(3), values).value().of(ElementType.FLOAT);
    return g.concat(0, hot.reshape(-1), x.reshape(-1));
  }

  private static Value transposedConvolution(GraphBuilder g, Value x) {
    float[] values = new float[3 * 2 * 2 * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i % 7 - 3) / 4f;
    }
    Value w = g.constant(ConstantTensor.ofFloats("w", List.of(3L, 2L, 2L, 3L), values));
    return g.node("ConvTranspose", x, w)
        .with("strides", new long[] {2, 1})
        .with("pads", new long[] {0, 1, 1, 0})
        .value();
  }

  private static Value pooled(GraphBuilder g, Value x) {
    return g.node("AveragePool", x).with("kernel_shape", new long[] {2, 3}).value();
  }

  private static Value branches(GraphBuilder g, Value x) {
    Value condition =
        g.node("Greater", x.sum(0, 1, 2, 3).reshape(1), g.scalar(ElementType.FLOAT, 0)).value();
    return g.choose(
            condition,
            () -> List.of(reduced(g, x, "ReduceSum", 1).softmax(1)),
            () -> List.of(reduced(g, x.negative(), "ReduceSum", 1).softmax(1)))
        .get(0);
  }

  private static Value looped(GraphBuilder g, Value x) {
    Value trips = g.constant(ConstantTensor.ofLongs("trips", List.of(), 3));
    return g.loop(
            trips,
            List.of(x),
            (step, state) -> List.of(state.get(0).softmax(2).plus(state.get(0).max(1))))
        .get(0);
  }

  @ParameterizedTest(name = "{0} of opset {1}")
  @MethodSource("forms")
  void theNewerFormComputesTheSame(
      String name, int opset, BiFunction<GraphBuilder, Value, Value> formula) {
    for (boolean shapes : List.of(true, false)) {
      computesTheSame(model(opset, shapes, formula), Map.of("x", data()));
    }
  }

  /** The last axis of a known rank needs no detour; of an unknown one, the detour is right. */
  @Test
  void aSoftmaxOfTheLastAxisStaysOne() {
    GraphBuilder g = opset(11);
    Value x = g.input("x", ElementType.FLOAT, SHAPE);
    OnnxModel plain = g.output("y", x.softmax(3)).model();
    assertThat(RaiseOpset.apply(plain).graph().nodes())
        .extracting(OnnxNode::opType)
        .containsExactly("Softmax");
    OnnxModel inner = model(11, true, (b, y) -> b.node("Transpose", y).value().softmax(3));
    assertThat(computesTheSame(inner, Map.of("x", data())).graph().nodes())
        .extracting(OnnxNode::opType)
        .containsExactly("Transpose", "Flatten", "Softmax", "Shape", "Reshape");
  }

  @Test
  void whatHasNoNewerFormIsRefusedWithItsPlace() {
    refused(10, (g, x) -> resized(g, x, "Resize", "nearest", 1, 1, 0.5f, 2), "some of each");
    refused(
        11,
        (g, x) ->
            g.node("Resize", x, g.none(), g.constant(scales(1, 1, 2, 2)))
                .with("coordinate_transformation_mode", "tf_half_pixel_for_nn")
                .value(),
        "tf_half_pixel_for_nn");
    refused(
        9,
        (g, x) -> {
          Value[] p = new Value[4];
          for (int i = 0; i < 4; i++) {
            p[i] = g.constant(ConstantTensor.ofFloats("p" + i, List.of(3L), 1, 1, 1));
          }
          return g.node("BatchNormalization", x, p[0], p[1], p[2], p[3]).values(3).get(0);
        },
        "outputs of training");
  }

  private static void refused(
      int opset, BiFunction<GraphBuilder, Value, Value> formula, String found) {
    OnnxModel model = model(opset, true, formula);
    String node = model.graph().nodes().get(model.graph().nodes().size() - 1).id();
    assertThatThrownBy(() -> RaiseOpset.apply(model))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("raising the opset from " + opset, found);
    assertThat(node).isNotEmpty();
  }
}

package dev.tailgate.onnx.opset;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What has become of each standard operator between opset {@value RaiseOpset#OLDEST} and {@value
 * RaiseOpset#OPSET}, after the changelog of ONNX. An operator that is defined anew in between is
 * either rewritten or stays as it is for the reason given; what is in no line has one definition.
 */
final class OpsetTable {
  private static final Map<String, Entry> ENTRIES = new TreeMap<>();

  static {
    String axes = "axes are an input";
    rule(13, new AxesAsInput(), axes, "ReduceSum", "Squeeze", "Unsqueeze");
    rule(18, new AxesAsInput(), axes, "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp");
    rule(18, new AxesAsInput(), axes, "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd");
    rule(18, new AxesAsInput(), axes, "ReduceSumSquare");
    rule(13, new OneAxis(), "along one axis", "Softmax", "LogSoftmax", "Hardmax");
    rule(18, new PartsAsInput(), "sizes are an input, or their number is stated", "Split");
    rule(11, new BoundsAsInputs(), "bounds are inputs", "Clip");
    rule(11, new PadsAsInput(), "amounts are an input", "Pad");
    rule(10, new RangesAsInputs(), "ranges are inputs", "Slice");
    rule(10, new CountAsInput(), "the count is an input", "TopK");
    rule(12, new RatioAsInput(), "the ratio is an input", "Dropout");
    rule(14, new InferenceOnly(), "training is an attribute", "BatchNormalization");
    rule(11, new ScatteredElements(), "has another name", "Scatter");
    rule(10, new ResizedUpsample(), "is a Resize", "Upsample");
    rule(18, new StatedResize(), "says how coordinates are mapped", "Resize");
    rule(16, new StatedRoiAlign(), "says how coordinates are mapped", "RoiAlign");
    rule(11, new StatedPadding(), "pads the other way round", "ConvTranspose");

    String types = "takes more element types";
    same(types, "Abs", "Add", "Ceil", "Div", "Equal", "Erf", "Exp", "Expand", "Floor", "Gemm");
    same(types, "Greater", "GreaterOrEqual", "Identity", "IsNaN", "LRN", "LeakyRelu", "Less");
    same(types, "LessOrEqual", "Log", "MatMul", "Max", "Mean", "MeanVarianceNormalization", "Min");
    same(types, "Mod", "Mul", "Neg", "NegativeLogLikelihoodLoss", "NonZero", "PRelu", "Pow");
    same(types, "Reciprocal", "Relu", "Sigmoid", "Sign", "Size", "SoftmaxCrossEntropyLoss");
    same(types, "SpaceToDepth", "Sqrt", "Sub", "Sum", "Tanh", "Tile", "Transpose", "Where", "Cast");
    same(types, "CumSum");

    String ends = "counts negative axes or ids from the end, which were not allowed before";
    same(ends, "Compress", "Concat", "Flatten", "Gather", "GatherElements");
    same("ONNX Runtime counts negative ids from the end in either form", "OneHot");

    String further = "has a further attribute or input, without which it does what it did";
    same(further, "ArgMax", "ArgMin", "AveragePool", "Constant", "DepthToSpace");
    same(further, "DequantizeLinear", "GRU", "GatherND", "LSTM", "LpPool", "MaxPool");
    same(further, "OptionalHasElement", "QuantizeLinear", "RNN", "Reshape", "ScatterElements");
    same(further, "ScatterND", "Shape");

    String worded = "is worded more clearly";
    same(worded, "Conv", "MaxUnpool", "NonMaxSuppression", "OptionalGetElement");
    same("its graphs may give more types", "If", "Loop", "Scan");
  }

  private OpsetTable() {}

  /**
   * One operator.
   *
   * @param version the opset from which on it is as it is in ours
   * @param rule how an older form is written
   * @param change what is different
   */
  record Entry(int version, OpsetRule rule, String change) {}

  private static void rule(int version, OpsetRule rule, String change, String... operators) {
    List.of(operators).forEach(op -> put(op, new Entry(version, rule, change)));
  }

  private static void same(String change, String... operators) {
    List.of(operators).forEach(op -> put(op, new Entry(RaiseOpset.OLDEST, old -> {}, change)));
  }

  private static void put(String operator, Entry entry) {
    if (ENTRIES.put(operator, entry) != null) {
      throw new IllegalStateException(operator + " is in the table twice");
    }
  }

  /** What is known of an operator; empty where it has one definition, or none. */
  static Optional<Entry> entry(String operator) {
    return Optional.ofNullable(ENTRIES.get(operator));
  }
}

package dev.tailgate.onnx.gradient;

import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.gradient.index.GatherElementsGradient;
import dev.tailgate.onnx.gradient.index.GatherGradient;
import dev.tailgate.onnx.gradient.index.GatherNdGradient;
import dev.tailgate.onnx.gradient.index.ScatterElementsGradient;
import dev.tailgate.onnx.gradient.index.ScatterNdGradient;
import dev.tailgate.onnx.gradient.index.TopKGradient;
import dev.tailgate.onnx.gradient.layout.CastGradient;
import dev.tailgate.onnx.gradient.layout.ConcatGradient;
import dev.tailgate.onnx.gradient.layout.CumSumGradient;
import dev.tailgate.onnx.gradient.layout.DepthToSpaceGradient;
import dev.tailgate.onnx.gradient.layout.DropoutGradient;
import dev.tailgate.onnx.gradient.layout.ExpandGradient;
import dev.tailgate.onnx.gradient.layout.IdentityGradient;
import dev.tailgate.onnx.gradient.layout.PadGradient;
import dev.tailgate.onnx.gradient.layout.ReshapeGradient;
import dev.tailgate.onnx.gradient.layout.SliceGradient;
import dev.tailgate.onnx.gradient.layout.SpaceToDepthGradient;
import dev.tailgate.onnx.gradient.layout.SplitGradient;
import dev.tailgate.onnx.gradient.layout.SqueezeGradient;
import dev.tailgate.onnx.gradient.layout.TileGradient;
import dev.tailgate.onnx.gradient.layout.TransposeGradient;
import dev.tailgate.onnx.gradient.layout.TriluGradient;
import dev.tailgate.onnx.gradient.layout.UnsqueezeGradient;
import dev.tailgate.onnx.gradient.layout.WhereGradient;
import dev.tailgate.onnx.gradient.linear.AveragePoolGradient;
import dev.tailgate.onnx.gradient.linear.ConvGradient;
import dev.tailgate.onnx.gradient.linear.ConvTransposeGradient;
import dev.tailgate.onnx.gradient.linear.EinsumGradient;
import dev.tailgate.onnx.gradient.linear.GemmGradient;
import dev.tailgate.onnx.gradient.linear.GlobalAveragePoolGradient;
import dev.tailgate.onnx.gradient.linear.MatMulGradient;
import dev.tailgate.onnx.gradient.linear.MaxPoolGradient;
import dev.tailgate.onnx.gradient.normal.BatchNormalizationGradient;
import dev.tailgate.onnx.gradient.normal.GroupNormalizationGradient;
import dev.tailgate.onnx.gradient.normal.InstanceNormalizationGradient;
import dev.tailgate.onnx.gradient.normal.LayerNormalizationGradient;
import dev.tailgate.onnx.gradient.normal.LpNormalizationGradient;
import dev.tailgate.onnx.gradient.normal.RmsNormalizationGradient;
import dev.tailgate.onnx.gradient.pointwise.AbsGradient;
import dev.tailgate.onnx.gradient.pointwise.AddGradient;
import dev.tailgate.onnx.gradient.pointwise.CeluGradient;
import dev.tailgate.onnx.gradient.pointwise.ClipGradient;
import dev.tailgate.onnx.gradient.pointwise.CosGradient;
import dev.tailgate.onnx.gradient.pointwise.DivGradient;
import dev.tailgate.onnx.gradient.pointwise.EluGradient;
import dev.tailgate.onnx.gradient.pointwise.ErfGradient;
import dev.tailgate.onnx.gradient.pointwise.ExpGradient;
import dev.tailgate.onnx.gradient.pointwise.ExtremeGradient;
import dev.tailgate.onnx.gradient.pointwise.GeluGradient;
import dev.tailgate.onnx.gradient.pointwise.HardSigmoidGradient;
import dev.tailgate.onnx.gradient.pointwise.HardSwishGradient;
import dev.tailgate.onnx.gradient.pointwise.LeakyReluGradient;
import dev.tailgate.onnx.gradient.pointwise.LogGradient;
import dev.tailgate.onnx.gradient.pointwise.MeanGradient;
import dev.tailgate.onnx.gradient.pointwise.MishGradient;
import dev.tailgate.onnx.gradient.pointwise.ModGradient;
import dev.tailgate.onnx.gradient.pointwise.MulGradient;
import dev.tailgate.onnx.gradient.pointwise.NegGradient;
import dev.tailgate.onnx.gradient.pointwise.PReluGradient;
import dev.tailgate.onnx.gradient.pointwise.PowGradient;
import dev.tailgate.onnx.gradient.pointwise.ReciprocalGradient;
import dev.tailgate.onnx.gradient.pointwise.ReluGradient;
import dev.tailgate.onnx.gradient.pointwise.SeluGradient;
import dev.tailgate.onnx.gradient.pointwise.SigmoidGradient;
import dev.tailgate.onnx.gradient.pointwise.SinGradient;
import dev.tailgate.onnx.gradient.pointwise.SoftplusGradient;
import dev.tailgate.onnx.gradient.pointwise.SoftsignGradient;
import dev.tailgate.onnx.gradient.pointwise.SqrtGradient;
import dev.tailgate.onnx.gradient.pointwise.SubGradient;
import dev.tailgate.onnx.gradient.pointwise.SumGradient;
import dev.tailgate.onnx.gradient.pointwise.SwishGradient;
import dev.tailgate.onnx.gradient.pointwise.TanhGradient;
import dev.tailgate.onnx.gradient.quantized.DequantizeLinearGradient;
import dev.tailgate.onnx.gradient.quantized.QuantizeLinearGradient;
import dev.tailgate.onnx.gradient.reduce.LogSoftmaxGradient;
import dev.tailgate.onnx.gradient.reduce.ReduceExtremeGradient;
import dev.tailgate.onnx.gradient.reduce.ReduceL1Gradient;
import dev.tailgate.onnx.gradient.reduce.ReduceL2Gradient;
import dev.tailgate.onnx.gradient.reduce.ReduceLogSumExpGradient;
import dev.tailgate.onnx.gradient.reduce.ReduceLogSumGradient;
import dev.tailgate.onnx.gradient.reduce.ReduceMeanGradient;
import dev.tailgate.onnx.gradient.reduce.ReduceProdGradient;
import dev.tailgate.onnx.gradient.reduce.ReduceSumGradient;
import dev.tailgate.onnx.gradient.reduce.ReduceSumSquareGradient;
import dev.tailgate.onnx.gradient.reduce.SoftmaxGradient;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which operators have a gradient, and by which rule. */
public final class GradientTable {
  private static final String ONNX = "";

  /** All operators, in the order of the families of rules. */
  public static final List<Entry> ENTRIES =
      Stream.of(linear(), layout(), index(), pointwise(), reduce(), normal(), quantized(), zeros())
          .flatMap(List::stream)
          .toList();

  private static final Map<String, Entry> BY_NAME =
      ENTRIES.stream().collect(Collectors.toMap(Entry::key, Function.identity()));

  private GradientTable() {}

  /**
   * One operator.
   *
   * @param domain of the operator
   * @param op its name
   * @param rule how gradients pass; empty where the derivative is zero wherever there is one
   * @param without inputs that get no gradient and why, or what makes the derivative zero
   */
  public record Entry(String domain, String op, Optional<GradientRule> rule, String without) {
    String key() {
      return domain + ":" + op;
    }
  }

  private static List<Entry> linear() {
    return List.of(
        rule(ONNX, "MatMul", new MatMulGradient(), ""),
        rule(ONNX, "Gemm", new GemmGradient(), ""),
        rule(ONNX, "Einsum", new EinsumGradient(), ""),
        rule(ONNX, "Conv", new ConvGradient(), ""),
        rule(ONNX, "ConvTranspose", new ConvTransposeGradient(), ""),
        rule(ONNX, "AveragePool", new AveragePoolGradient(), ""),
        rule(ONNX, "GlobalAveragePool", new GlobalAveragePoolGradient(), ""),
        rule(ONNX, "MaxPool", new MaxPoolGradient(), ""));
  }

  private static List<Entry> layout() {
    return List.of(
        rule(ONNX, "Identity", new IdentityGradient(), ""),
        rule(ONNX, "Cast", new CastGradient(), "what becomes an integer"),
        rule(ONNX, "CastLike", new CastGradient(), "the value whose type is taken"),
        rule(ONNX, "Reshape", new ReshapeGradient(), "the shape"),
        rule(ONNX, "Flatten", new ReshapeGradient(), ""),
        rule(ONNX, "Squeeze", new SqueezeGradient(), "the axes"),
        rule(ONNX, "Unsqueeze", new UnsqueezeGradient(), "the axes"),
        rule(ONNX, "Transpose", new TransposeGradient(), ""),
        rule(ONNX, "Expand", new ExpandGradient(), "the shape"),
        rule(ONNX, "Where", new WhereGradient(), "the condition"),
        rule(ONNX, "Concat", new ConcatGradient(), ""),
        rule(ONNX, "Split", new SplitGradient(), "the sizes"),
        rule(ONNX, "Slice", new SliceGradient(), "bounds, axes and steps"),
        rule(ONNX, "Pad", new PadGradient(), "the amounts"),
        rule(ONNX, "Tile", new TileGradient(), "the repeats"),
        rule(ONNX, "CumSum", new CumSumGradient(), "the axis"),
        rule(ONNX, "Trilu", new TriluGradient(), "the diagonal"),
        rule(ONNX, "DepthToSpace", new DepthToSpaceGradient(), ""),
        rule(ONNX, "SpaceToDepth", new SpaceToDepthGradient(), ""),
        rule(ONNX, "Dropout", new DropoutGradient(), "the ratio"));
  }

  private static List<Entry> index() {
    return List.of(
        rule(ONNX, "Gather", new GatherGradient(), "the ids"),
        rule(ONNX, "GatherElements", new GatherElementsGradient(), "the ids"),
        rule(ONNX, "GatherND", new GatherNdGradient(), "the ids"),
        rule(ONNX, "ScatterElements", new ScatterElementsGradient(), "the ids"),
        rule(ONNX, "ScatterND", new ScatterNdGradient(), "the ids"),
        rule(ONNX, "TopK", new TopKGradient(), "the number"));
  }

  private static List<Entry> pointwise() {
    return List.of(
        rule(ONNX, "Add", new AddGradient(), ""),
        rule(ONNX, "Sub", new SubGradient(), ""),
        rule(ONNX, "Mul", new MulGradient(), ""),
        rule(ONNX, "Div", new DivGradient(), ""),
        rule(ONNX, "Mod", new ModGradient(), ""),
        rule(ONNX, "Sum", new SumGradient(), ""),
        rule(ONNX, "Mean", new MeanGradient(), ""),
        rule(ONNX, "Neg", new NegGradient(), ""),
        rule(ONNX, "Abs", new AbsGradient(), ""),
        rule(ONNX, "Pow", new PowGradient(), ""),
        rule(ONNX, "Sqrt", new SqrtGradient(), ""),
        rule(ONNX, "Reciprocal", new ReciprocalGradient(), ""),
        rule(ONNX, "Exp", new ExpGradient(), ""),
        rule(ONNX, "Log", new LogGradient(), ""),
        rule(ONNX, "Sin", new SinGradient(), ""),
        rule(ONNX, "Cos", new CosGradient(), ""),
        rule(ONNX, "Erf", new ErfGradient(), ""),
        rule(ONNX, "Tanh", new TanhGradient(), ""),
        rule(ONNX, "Sigmoid", new SigmoidGradient(), ""),
        rule(ONNX, "Relu", new ReluGradient(), ""),
        rule(ONNX, "LeakyRelu", new LeakyReluGradient(), ""),
        rule(ONNX, "PRelu", new PReluGradient(), ""),
        rule(ONNX, "Elu", new EluGradient(), ""),
        rule(ONNX, "Selu", new SeluGradient(), ""),
        rule(ONNX, "Celu", new CeluGradient(), ""),
        rule(ONNX, "Softplus", new SoftplusGradient(), ""),
        rule(ONNX, "Softsign", new SoftsignGradient(), ""),
        rule(ONNX, "HardSigmoid", new HardSigmoidGradient(), ""),
        rule(ONNX, "HardSwish", new HardSwishGradient(), ""),
        rule(ONNX, "Gelu", new GeluGradient(), ""),
        rule(ONNX, "Swish", new SwishGradient(), ""),
        rule(ONNX, "Mish", new MishGradient(), ""),
        rule(ONNX, "Clip", new ClipGradient(), ""),
        rule(ONNX, "Min", new ExtremeGradient(), ""),
        rule(ONNX, "Max", new ExtremeGradient(), ""));
  }

  private static List<Entry> reduce() {
    return List.of(
        rule(ONNX, "ReduceSum", new ReduceSumGradient(), "the axes"),
        rule(ONNX, "ReduceMean", new ReduceMeanGradient(), "the axes"),
        rule(ONNX, "ReduceMax", new ReduceExtremeGradient(), "the axes"),
        rule(ONNX, "ReduceMin", new ReduceExtremeGradient(), "the axes"),
        rule(ONNX, "ReduceProd", new ReduceProdGradient(), "the axes"),
        rule(ONNX, "ReduceL1", new ReduceL1Gradient(), "the axes"),
        rule(ONNX, "ReduceL2", new ReduceL2Gradient(), "the axes"),
        rule(ONNX, "ReduceSumSquare", new ReduceSumSquareGradient(), "the axes"),
        rule(ONNX, "ReduceLogSum", new ReduceLogSumGradient(), "the axes"),
        rule(ONNX, "ReduceLogSumExp", new ReduceLogSumExpGradient(), "the axes"),
        rule(ONNX, "Softmax", new SoftmaxGradient(), ""),
        rule(ONNX, "LogSoftmax", new LogSoftmaxGradient(), ""));
  }

  private static List<Entry> normal() {
    return List.of(
        rule(ONNX, "LayerNormalization", new LayerNormalizationGradient(), ""),
        rule(ONNX, "RMSNormalization", new RmsNormalizationGradient(), ""),
        rule(
            ONNX,
            "SimplifiedLayerNormalization",
            new RmsNormalizationGradient(),
            "its second output"),
        rule(ONNX, "GroupNormalization", new GroupNormalizationGradient(), ""),
        rule(ONNX, "InstanceNormalization", new InstanceNormalizationGradient(), ""),
        rule(ONNX, "BatchNormalization", new BatchNormalizationGradient(), ""),
        rule(ONNX, "LpNormalization", new LpNormalizationGradient(), ""));
  }

  private static List<Entry> quantized() {
    return List.of(
        rule(ONNX, "DequantizeLinear", new DequantizeLinearGradient(), "the zero point"),
        rule(ONNX, "QuantizeLinear", new QuantizeLinearGradient(), "all but by the pair"),
        rule(ONNX, "DynamicQuantizeLinear", new QuantizeLinearGradient(), "all but by the pair"));
  }

  private static List<Entry> zeros() {
    return List.of(
        zero(ONNX, "Shape", "sizes"),
        zero(ONNX, "Size", "sizes"),
        zero(ONNX, "EyeLike", "sizes"),
        zero(ONNX, "Equal", "a truth value"),
        zero(ONNX, "Greater", "a truth value"),
        zero(ONNX, "GreaterOrEqual", "a truth value"),
        zero(ONNX, "Less", "a truth value"),
        zero(ONNX, "LessOrEqual", "a truth value"),
        zero(ONNX, "And", "a truth value"),
        zero(ONNX, "Or", "a truth value"),
        zero(ONNX, "Xor", "a truth value"),
        zero(ONNX, "Not", "a truth value"),
        zero(ONNX, "IsNaN", "a truth value"),
        zero(ONNX, "IsInf", "a truth value"),
        zero(ONNX, "ArgMax", "a position"),
        zero(ONNX, "ArgMin", "a position"),
        zero(ONNX, "NonZero", "positions"),
        zero(ONNX, "Sign", "steps"),
        zero(ONNX, "Floor", "steps"),
        zero(ONNX, "Ceil", "steps"),
        zero(ONNX, "Round", "steps"),
        zero(ONNX, "RandomNormalLike", "sizes"),
        zero(ONNX, "RandomUniformLike", "sizes"));
  }

  private static Entry rule(String domain, String op, GradientRule rule, String without) {
    return new Entry(domain, op, Optional.of(rule), without);
  }

  /** The derivative is zero wherever it exists: gradients end here, and no rule is missed. */
  private static Entry zero(String domain, String op, String because) {
    return new Entry(domain, op, Optional.empty(), because);
  }

  /** What is known of the operator of {@code node}; empty where nothing is. */
  public static Optional<Entry> entry(OnnxNode node) {
    return Optional.ofNullable(BY_NAME.get(node.domain() + ":" + node.opType()));
  }

  /** Whether gradients end at {@code node} because its outputs are constant around every input. */
  public static boolean isZero(OnnxNode node) {
    return entry(node).filter(entry -> entry.rule().isEmpty()).isPresent();
  }
}

package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;

/**
 * Puts the gate of Gated_Attention on a site. With {@code x} what the queries are projected from:
 *
 * <pre>
 *   context [B, T, H*Dh] ─ projection
 * into
 *   context ─ Reshape [R, H, Dh] ─ Mul ─ Reshape [B, T, H*Dh] ─ projection
 *   x ─ gate net ─ Sigmoid ─[· 1/pi]─ [R, H, 1] ┘                      R = B * T
 * </pre>
 *
 * The gated context keeps the name of the old one. An untrained gate with its factor is the
 * identity up to rounding.
 */
public final class GateContext implements RewriteRule<GateTarget, GateContext.Gate> {
  /**
   * What a site is given.
   *
   * @param weights of the gate
   * @param factor what the gate is multiplied by
   */
  public record Gate(GateWeights weights, double factor) {}

  @Override
  public String name() {
    return "gate the context";
  }

  @Override
  public Effect effect() {
    return Effect.CHANGES_FUNCTION;
  }

  @Override
  public Decision examine(RewriteScope scope, GateTarget target, Gate by) {
    GateWeights weights = by.weights();
    if (scope.graph().producer(target.context()).isEmpty()) {
      return Decision.skips("no node makes the context");
    }
    if (!scope.type(target.context()).isFloat()) {
      return Decision.skips("the element type of the context cannot be told");
    }
    if (weights.heads() != target.heads()) {
      return Decision.skips(
          "the gate has " + weights.heads() + " heads, the site " + target.heads());
    }
    int width = width(weights);
    boolean fits = width == target.model() || (long) width * target.heads() == target.model();
    return fits
        ? Decision.applies()
        : Decision.skips(
            "the gate reads "
                + width
                + " numbers, the hidden state has "
                + target.model()
                + " for "
                + target.heads()
                + " heads");
  }

  private static int width(GateWeights weights) {
    if (weights instanceof GateWeights.Mlp mlp) {
      return mlp.width();
    }
    return ((GateWeights.Linear) weights).width();
  }

  @Override
  public void apply(RewriteScope scope, GateTarget target, Gate by) {
    OnnxNode maker = scope.graph().producer(target.context()).orElseThrow();
    ElementType type = scope.type(target.context());
    SiteEdit edit = scope.replacing(target.id(), List.of(maker));
    Ops ops = edit.ops();
    List<String> renamed =
        maker.outputs().stream()
            .map(o -> o.equals(target.context()) ? ops.edit().fresh(Ops.PREFIX + "ungated") : o)
            .toList();
    String[] inputs = maker.inputs().toArray(String[]::new);
    ops.node(maker.opType(), inputs).domain(maker.domain()).attributesOf(maker).addAs(renamed);
    String ungated = renamed.get(maker.outputs().indexOf(target.context()));
    String gate = gate(ops, type, target, by.weights());
    if (by.factor() != 1) {
      gate = ops.op("Mul", gate, ops.scalar(type, by.factor()));
    }
    // The rows of the gate, so that a context with other rows is an error and not a wrong result.
    String rows = ops.slice(ops.op("Shape", gate), 0, 1, 0).add();
    String split = ops.concat(0, List.of(rows, ops.longs(target.heads(), -1)));
    String heads = ops.op("Reshape", ungated, split);
    String gated = ops.op("Mul", heads, gate);
    edit.publish(ops.node("Reshape", gated, ops.op("Shape", ungated)), target.context());
  }

  /** The gate {@code [R, H, 1]}, in (0, 1). */
  private static String gate(Ops ops, ElementType type, GateTarget target, GateWeights weights) {
    long heads = target.heads();
    if (weights instanceof GateWeights.Mlp mlp) {
      return mlp(ops, type, target, mlp);
    }
    GateWeights.Linear linear = (GateWeights.Linear) weights;
    if (linear.width() == target.model() && heads > 1) {
      String all = ops.reshape(target.hidden(), -1, target.model());
      // [D, H], so that one product gives the logits of all heads.
      double[] transposed = transposed(linear.weight(), (int) heads, linear.width());
      String weight = ops.reals("gate", type, List.of((long) target.model(), heads), transposed);
      String bias = ops.reals("gate", type, List.of(heads), linear.bias());
      String logits = ops.op("Add", ops.op("MatMul", all, weight), bias);
      return ops.reshape(ops.op("Sigmoid", logits), -1, heads, 1);
    }
    String split = ops.reshape(target.hidden(), -1, heads, linear.width());
    String weight = ops.reals("gate", type, List.of(heads, (long) linear.width()), linear.weight());
    String bias = ops.reals("gate", type, List.of(heads, 1L), linear.bias());
    String sums = ops.reduce("ReduceSum", ops.op("Mul", split, weight), 2);
    return ops.op("Sigmoid", ops.op("Add", sums, bias));
  }

  private static String mlp(Ops ops, ElementType type, GateTarget target, GateWeights.Mlp weights) {
    long heads = target.heads();
    long width = weights.width();
    long hidden = weights.hidden();
    String split = ops.transpose(ops.reshape(target.hidden(), -1, heads, width), 1, 0, 2);
    String first = ops.reals("gate", type, List.of(heads, width, hidden), weights.first());
    String firstBias = ops.reals("gate", type, List.of(heads, 1L, hidden), weights.firstBias());
    String inner = ops.op("Relu", ops.op("Add", ops.op("MatMul", split, first), firstBias));
    String second = ops.reals("gate", type, List.of(heads, hidden, 1L), weights.second());
    String secondBias = ops.reals("gate", type, List.of(heads, 1L, 1L), weights.secondBias());
    String logits = ops.op("Add", ops.op("MatMul", inner, second), secondBias);
    return ops.transpose(ops.op("Sigmoid", logits), 1, 0, 2);
  }

  private static double[] transposed(double[] values, int rows, int columns) {
    double[] out = new double[values.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        out[c * rows + r] = values[r * columns + c];
      }
    }
    return out;
  }
}

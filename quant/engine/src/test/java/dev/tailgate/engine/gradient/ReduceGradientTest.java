package dev.tailgate.engine.gradient;

import dev.tailgate.onnx.build.Operator;
import dev.tailgate.onnx.build.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of reductions and softmax are those of differences and of PyTorch. */
class ReduceGradientTest {
  private static final List<String> REDUCTIONS =
      List.of(
          "ReduceSum",
          "ReduceMean",
          "ReduceMax",
          "ReduceMin",
          "ReduceProd",
          "ReduceL1",
          "ReduceL2",
          "ReduceSumSquare",
          "ReduceLogSum",
          "ReduceLogSumExp");

  private static DoubleUnaryOperator domain(String op) {
    return op.equals("ReduceLogSum") ? x -> 0.5 + Math.abs(x) : x -> x + Math.copySign(0.125, x);
  }

  /** All reductions over one axis, several from the end, all, none, and axes of the run. */
  static List<GradientCase> reductions() {
    List<GradientCase> cases = new ArrayList<>();
    for (String op : REDUCTIONS) {
      for (int keeps = 0; keeps < 2; keeps++) {
        long keepdims = keeps;
        String name = op + (keeps == 1 ? " kept" : "");
        cases.add(over(op, name + " over 1", keepdims, 1));
        cases.add(over(op, name + " over -1, 0", keepdims, -1, 0));
        cases.add(
            base(op, name + " over all")
                .gives(in -> in.graph().node(op, in.at("x")).with("keepdims", keepdims).value()));
        cases.add(
            base(op, name + " over axes of the run")
                .ids("axes", new long[] {2, 0}, 2)
                .gives(
                    in ->
                        in.graph()
                            .node(op, in.at("x"), in.at("axes"))
                            .with("keepdims", keepdims)
                            .value()));
      }
    }
    for (String op : List.of("ReduceSum", "ReduceMean", "ReduceMax")) {
      cases.add(
          base(op, op + " over nothing")
              .gives(
                  in -> in.graph().node(op, in.at("x")).with("noop_with_empty_axes", 1).value()));
    }
    return cases;
  }

  private static GradientCase base(String op, String name) {
    return GradientCase.of(name).variable("x", domain(op), 2, 3, 2);
  }

  private static GradientCase over(String op, String name, long keepdims, long... axes) {
    return base(op, name)
        .gives(
            in -> {
              Value list = in.graph().longs(axes);
              Operator node = in.graph().node(op, in.at("x"), list);
              return node.with("keepdims", keepdims).value();
            });
  }

  static List<GradientCase> zeros() {
    return List.of(
        GradientCase.of("ReduceProd with no, one and two zeros")
            .values("x", new double[] {1.5, -2, 0.5, 3, 0, 2, 0, 0, 4}, 3, 3)
            .gives(in -> in.graph().node("ReduceProd", in.at("x"), in.graph().longs(1)).value()));
  }

  static List<GradientCase> softmaxes() {
    List<GradientCase> cases = new ArrayList<>();
    for (String op : List.of("Softmax", "LogSoftmax")) {
      for (long axis : new long[] {-1, 0, 1, 2}) {
        cases.add(
            GradientCase.of(op + " along " + axis)
                .variable("x", 2, 3, 4)
                .gives(in -> in.graph().node(op, in.at("x")).with("axis", axis).value()));
      }
      cases.add(
          GradientCase.of(op + " along the last axis")
              .variable("x", 2, 5)
              .gives(in -> in.at("x").op(op)));
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource({"reductions", "zeros", "softmaxes"})
  void gradientsAreThoseOfDifferences(GradientCase given) {
    GradientCheck.passes(given);
  }
}

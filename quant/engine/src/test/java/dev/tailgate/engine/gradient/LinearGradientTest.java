package dev.tailgate.engine.gradient;

import dev.tailgate.onnx.build.Operator;
import dev.tailgate.onnx.build.Value;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of products are those of differences and of PyTorch. */
class LinearGradientTest {
  private static final long[][][] FACTORS = {
    {{3, 4}, {4, 2}},
    {{2, 3, 4}, {4, 2}},
    {{2, 1, 3, 4}, {4, 5}},
    {{2, 3, 4}, {2, 4, 2}},
    {{2, 3, 4}, {1, 4, 2}},
    {{1, 3, 4}, {2, 4, 2}},
    {{2, 2, 3, 4}, {2, 1, 4, 2}},
    {{3, 4}, {2, 4, 2}},
    {{2, 3, 4}, {3, 2, 4, 2}},
    {{4}, {4, 2}},
    {{3, 4}, {4}},
    {{4}, {4}},
    {{4}, {2, 4, 3}},
    {{2, 3, 4}, {4}},
    {{1, 1}, {1, 1}},
  };

  static List<GradientCase> products() {
    List<GradientCase> cases = new ArrayList<>();
    for (long[][] dims : FACTORS) {
      cases.add(
          GradientCase.of("MatMul " + Shapes.label(dims[0]) + " " + Shapes.label(dims[1]))
              .variable("a", dims[0])
              .variable("b", dims[1])
              .gives(in -> in.at("a").matMul(in.at("b")))
              .needsRank());
    }
    return cases;
  }

  static List<GradientCase> affine() {
    List<GradientCase> cases = new ArrayList<>();
    for (int turned = 0; turned < 4; turned++) {
      boolean left = turned % 2 == 1;
      boolean right = turned / 2 == 1;
      String name = "Gemm" + (left ? " transA" : "") + (right ? " transB" : "");
      cases.add(
          factors(name, left, right)
              .variable("c", 3, 1)
              .gives(
                  in -> gemm(in, left, right, in.at("c")).with("alpha", 0.5f).with("beta", -2f)
                      .value()));
    }
    cases.add(
        factors("Gemm with a row", false, false)
            .variable("c", 2)
            .gives(in -> gemm(in, false, false, in.at("c")).value()));
    cases.add(
        factors("Gemm with a scalar", false, true)
            .variable("c")
            .gives(in -> gemm(in, false, true, in.at("c")).value()));
    cases.add(
        factors("Gemm alone", true, false)
            .gives(
                in ->
                    in.graph().node("Gemm", in.at("a"), in.at("b")).with("transA", 1).value()));
    return cases;
  }

  private static GradientCase factors(String name, boolean left, boolean right) {
    return GradientCase.of(name)
        .variable("a", left ? new long[] {4, 3} : new long[] {3, 4})
        .variable("b", right ? new long[] {2, 4} : new long[] {4, 2});
  }

  private static Operator gemm(
      GradientCase.Inputs in, boolean left, boolean right, Value addend) {
    return in.graph()
        .node("Gemm", in.at("a"), in.at("b"), addend)
        .with("transA", left ? 1 : 0)
        .with("transB", right ? 1 : 0);
  }

  @ParameterizedTest
  @MethodSource({"products", "affine"})
  void gradientsAreThoseOfDifferences(GradientCase given) {
    GradientCheck.passes(given);
  }
}

package dev.tailgate.engine.gradient;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.build.Operator;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
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
                  in ->
                      gemm(in, left, right, in.at("c"))
                          .with("alpha", 0.5f)
                          .with("beta", -2f)
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
                in -> in.graph().node("Gemm", in.at("a"), in.at("b")).with("transA", 1).value()));
    return cases;
  }

  private static GradientCase factors(String name, boolean left, boolean right) {
    return GradientCase.of(name)
        .variable("a", left ? new long[] {4, 3} : new long[] {3, 4})
        .variable("b", right ? new long[] {2, 4} : new long[] {4, 2});
  }

  private static Operator gemm(GradientCase.Inputs in, boolean left, boolean right, Value addend) {
    return in.graph()
        .node("Gemm", in.at("a"), in.at("b"), addend)
        .with("transA", left ? 1 : 0)
        .with("transB", right ? 1 : 0);
  }

  private static GradientCase einsum(String equation, long[]... dims) {
    GradientCase given =
        GradientCase.of(
            "Einsum "
                + equation
                + Arrays.stream(dims).map(Shapes::label).collect(Collectors.joining(" ", " ", "")));
    for (int i = 0; i < dims.length; i++) {
      given.variable("abc".substring(i, i + 1), dims[i]);
    }
    return given.gives(
        in -> {
          Value[] all = new Value[dims.length];
          for (int i = 0; i < all.length; i++) {
            all[i] = in.at("abc".substring(i, i + 1));
          }
          return in.graph().node("Einsum", all).with("equation", equation).value();
        });
  }

  private static long[] of(long... values) {
    return values;
  }

  static List<GradientCase> sums() {
    return List.of(
        einsum("ij,jk->ik", of(2, 3), of(3, 4)),
        einsum("ij,jk", of(2, 3), of(3, 4)),
        einsum("bnid, bnjd -> bnij", of(2, 2, 3, 4), of(2, 2, 5, 4)),
        einsum("bnij,bnjd->bnid", of(2, 2, 3, 5), of(2, 2, 5, 4)),
        einsum("bhwc,hkc->bhwk", of(2, 3, 2, 4), of(3, 5, 4)),
        einsum("bhwc,wkc->bhwk", of(2, 3, 2, 4), of(2, 5, 4)),
        einsum("ij->ji", of(2, 3)),
        einsum("ijk->j", of(2, 3, 4)),
        einsum("ij->", of(2, 3)),
        einsum("i,j->ij", of(2), of(3)),
        einsum("ij,k->jk", of(2, 3), of(4)),
        einsum("ij,ij->", of(2, 3), of(2, 3)),
        einsum("ij,ij->i", of(2, 3), of(1, 3)),
        einsum("...ij,...jk->...ik", of(2, 3, 4), of(2, 4, 2)),
        einsum("...ij,...jk->...ik", of(2, 2, 4), of(1, 4, 3)),
        einsum("...ij->...j", of(2, 3, 4)),
        einsum("...i,i->...", of(2, 3, 4), of(4)),
        einsum("ij,jk,kl->il", of(2, 3), of(3, 2), of(2, 4)));
  }

  @Test
  void aDiagonalIsRefused() {
    assertThatThrownBy(() -> GradientCheck.passes(einsum("ii->i", of(3, 3))))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("ii->i");
  }

  @ParameterizedTest
  @MethodSource({"products", "affine", "sums"})
  void gradientsAreThoseOfDifferences(GradientCase given) {
    GradientCheck.passes(given);
  }
}

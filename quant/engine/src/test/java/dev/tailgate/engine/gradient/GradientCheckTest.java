package dev.tailgate.engine.gradient;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.gradient.linear.MatMulGradient;
import dev.tailgate.onnx.gradient.pointwise.MulGradient;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The check sees a wrong rule: wrong in sign, in size, in a term, in a factor or in its shape. */
class GradientCheckTest {
  private static GradientCase product() {
    return GradientCase.of("a product and a factor")
        .variable("a", 3, 3)
        .variable("b", 3, 3)
        .variable("s", 3)
        .gives(in -> in.at("a").matMul(in.at("b")).times(in.at("s")))
        .needsRank();
  }

  private static void isFound(String op, GradientRule wrong, String because) {
    // What weighs the outputs is differentiated as always.
    GradientRule matMul = new MatMulGradient();
    GradientRule here =
        node -> (node.node().output(0).startsWith("check/") ? matMul : wrong).backward(node);
    assertThatThrownBy(() -> GradientCheck.passes(product(), Map.of(op, here)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(because);
  }

  @Test
  void theRightRulesPass() {
    assertThatCode(
            () ->
                GradientCheck.passes(
                    product(), Map.of("MatMul", new MatMulGradient(), "Mul", new MulGradient())))
        .doesNotThrowAnyException();
  }

  @Test
  void aWrongSignIsFound() {
    isFound("Mul", node -> both(node, -1), "da[0] told sizes");
  }

  @Test
  void aMillionthTooMuchIsFound() {
    isFound("Mul", node -> both(node, 1 + 1e-6), "told sizes");
  }

  private static void both(Adjoint node, double factor) {
    node.giveBroadcast(0, node.upstream().times(node.in(1)).times(factor));
    node.giveBroadcast(1, node.upstream().times(node.in(0)).times(factor));
  }

  @Test
  void factorsInTheWrongOrderAreFound() {
    isFound(
        "MatMul",
        node -> {
          node.give(0, node.in(1).op("Transpose").matMul(node.upstream()));
          node.give(1, node.upstream().matMul(node.in(0).op("Transpose")));
        },
        "da[0]");
  }

  @Test
  void aTransposeThatIsMissingIsFound() {
    isFound(
        "MatMul",
        node -> {
          node.give(0, node.upstream().matMul(node.in(1)));
          node.give(1, node.in(0).op("Transpose").matMul(node.upstream()));
        },
        "da[0]");
  }

  @Test
  void aSumThatIsMissingIsFound() {
    isFound(
        "Mul",
        node -> {
          node.give(0, node.upstream().times(node.in(1)));
          node.give(1, node.upstream().times(node.in(0)));
        },
        "the shape of ds");
  }

  @Test
  void aRuleThatGoesWrongOnlyWhereNothingIsKnownIsFound() {
    isFound(
        "Mul",
        node -> both(node, node.rank(0).isPresent() && node.size(0, 0) > 0 ? 1 : 2),
        "told symbols");
  }
}

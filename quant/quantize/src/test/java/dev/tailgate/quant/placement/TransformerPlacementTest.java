package dev.tailgate.quant.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.kit.NamedGraph;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TransformerPlacementTest {
  private static PlacementPlan plan(OnnxModel model) {
    return Plans.of(Placement.TRANSFORMER, model, PlacementRequest.DEFAULT);
  }

  private static List<String> readers(PlacementPlan plan, String tensor) {
    return plan.activations().stream()
        .filter(candidate -> candidate.tensor().equals(tensor))
        .flatMap(candidate -> candidate.uses().stream())
        .map(use -> use.node().name() + ":" + use.inputIndex())
        .toList();
  }

  private static List<String> tensors(PlacementPlan plan) {
    return plan.activations().stream().map(PlacementPlan.Candidate::tensor).toList();
  }

  private static String reason(PlacementPlan plan, String node) {
    return plan.keptFloat().stream()
        .filter(kept -> kept.node().equals(node))
        .map(PlacementPlan.KeptFloat::reason)
        .findFirst()
        .orElse("");
  }

  @Test
  void aTensorOfSeveralProductsIsOneCandidateAndItsSumStaysFloat() {
    OnnxModel model =
        new NamedGraph()
            .input("x", -1, 5, 8)
            .weight("wq", 8, 8)
            .weight("wk", 8, 8)
            .weight("b", 8)
            .node("MatMul", "q", "x", "wq")
            .node("Add", "qb", "q", "b")
            .node("MatMul", "k", "x", "wk")
            .node("Add", "sum", "qb", "x")
            .outputs("sum", "k");
    PlacementPlan plan = plan(model);
    assertThat(tensors(plan)).containsExactly("x");
    assertThat(readers(plan, "x")).containsExactly("q:0", "k:0");
    assertThat(plan.keptFloat()).isEmpty();
  }

  @Test
  void aProductReadByAProductAndASumIsReadQuantizedByBoth() {
    OnnxModel model =
        new NamedGraph()
            .input("x", -1, 5, 8)
            .weight("w", 8, 8)
            .weight("v", 8, 8)
            .node("MatMul", "a", "x", "w")
            .node("MatMul", "b", "a", "v")
            .node("Add", "sum", "a", "b")
            .outputs("sum");
    assertThat(readers(plan(model), "a")).containsExactly("b:0", "sum:0");
  }

  @Test
  void aProductThatTheCallerReadsInFloatAndAProductQuantizedIsKeptFloat() {
    OnnxModel model =
        new NamedGraph()
            .input("x", -1, 5, 8)
            .weight("w", 8, 8)
            .weight("v", 8, 8)
            .node("MatMul", "a", "x", "w")
            .node("MatMul", "b", "a", "v")
            .outputs("a", "b");
    PlacementPlan plan = plan(model);
    assertThat(reason(plan, "a")).contains("both quantized and in float");
    assertThat(tensors(plan)).containsExactly("a");
    assertThat(plan.weights()).extracting(QuantPoint.Weight::tensor).containsExactly("v");
  }

  @Test
  void keysAreQuantizedBeforeTheyAreTurned() {
    OnnxModel model =
        new NamedGraph()
            .input("x", -1, 5, 8)
            .weight("wq", 8, 8)
            .weight("wk", 8, 8)
            .node("MatMul", "q", "x", "wq")
            .node("MatMul", "k", "x", "wk")
            .node("Transpose", "kt", "k")
            .node("MatMul", "s", "q", "kt")
            .outputs("s");
    PlacementPlan plan = plan(model);
    assertThat(tensors(plan)).containsExactly("x", "q", "k");
    assertThat(readers(plan, "k")).containsExactly("kt:0");
  }

  @Test
  void aTensorWhoseShapeIsReadTooIsQuantizedAfterItsLayoutChange() {
    OnnxModel model =
        new NamedGraph()
            .input("x", -1, -2, 8)
            .weight("w", 8, 8)
            .weight("v", 8, 8)
            .node("MatMul", "a", "x", "w")
            .node("Shape", "shape", "a")
            .node("Reshape", "r", "a", "shape")
            .node("MatMul", "b", "r", "v")
            .outputs("b");
    assertThat(tensors(plan(model))).containsExactly("x", "r");
  }

  @Test
  void aConvolutionIsReadQuantizedBecauseItsKernelHasNoFloatOutput() {
    OnnxModel model =
        new NamedGraph()
            .input("x", -1, 3, 8, 8)
            .weight("w", 4, 3, 2, 2)
            .node("Conv", "c", "x", "w")
            .node("Relu", "r", "c")
            .node("Sigmoid", "y", "r")
            .outputs("y");
    assertThat(tensors(plan(model))).containsExactly("x", "r");
  }

  @Test
  void whatNoIntegerKernelRunsSaysWhy() {
    OnnxModel model =
        new NamedGraph()
            .input("x", -1, 8)
            .input("bias", -1, 8)
            .weight("w", 8, 8)
            .weight("left", 4, 8)
            .weight("vector", 8)
            .weight("positions", 8, 1)
            .node("FusedMatMul", "fused", node -> node.from(Models.MICROSOFT), "x", "w")
            .node("Einsum", "einsum", node -> node.with("equation", "bd,de->be"), "x", "w")
            .node("MatMul", "folded", "w", "w")
            .node("Transpose", "xt", "x")
            .node("MatMul", "turned", "left", "xt")
            .node("MatMul", "dot", "x", "vector")
            .node("Gemm", "gemm", "x", "w", "bias")
            .outputs("fused", "einsum", "folded", "turned", "dot", "gemm");
    PlacementPlan plan = plan(model);
    assertThat(plan.activations()).isEmpty();
    assertThat(reason(plan, "fused")).contains("FusedMatMul");
    assertThat(reason(plan, "einsum")).contains("Einsum");
    assertThat(reason(plan, "folded")).contains("constants");
    assertThat(reason(plan, "turned")).contains("left factor");
    assertThat(reason(plan, "dot")).contains("no matrix");
    assertThat(reason(plan, "gemm")).contains("bias");
  }

  @Test
  void aWeightOfTwoProductsIsOnePointWithTheAxesTheyAgreeOn() {
    OnnxModel model =
        new NamedGraph()
            .input("x", -1, 8)
            .weight("w", 8, 8)
            .node("MatMul", "a", "x", "w")
            .node("Transpose", "wt", "w")
            .node("Relu", "r", "a")
            .node("MatMul", "b", "r", "wt")
            .outputs("b");
    PlacementPlan plan = plan(model);
    assertThat(plan.weights()).hasSize(1);
    QuantPoint.Weight weight = plan.weights().get(0);
    assertThat(weight.uses())
        .extracting(use -> use.node().name())
        .containsExactlyInAnyOrder("a", "wt");
    // Columns are the outputs of one product and what the other sums over.
    assertThat(weight.axes().channel()).isEqualTo(OptionalInt.empty());
  }

  @Test
  void aTiedTableIsOnePointOfTheHeadAloneUnlessEmbeddingsAreAskedFor() {
    OnnxModel model =
        new NamedGraph()
            .ids("ids", -1, -2)
            .weight("table", 16, 8)
            .weight("scale", 8)
            .weight("shift", 8)
            .node("Gather", "rows", "table", "ids")
            .node("LayerNormalization", "normed", "rows", "scale", "shift")
            .node("Transpose", "turned", "table")
            .node("MatMul", "logits", "normed", "turned")
            .outputs("logits");
    PlacementPlan head = plan(model);
    assertThat(head.weights()).hasSize(1);
    assertThat(head.weights().get(0).uses()).hasSize(1);
    assertThat(head.weights().get(0).axes().channel()).hasValue(0);
    assertThat(reason(head, "rows")).contains("embeddings");
    PlacementPlan both =
        Plans.of(Placement.TRANSFORMER, model, new PlacementRequest(PointFilter.NONE, true));
    assertThat(both.weights()).hasSize(1);
    assertThat(both.weights().get(0).uses())
        .extracting(use -> use.node().name())
        .containsExactlyInAnyOrder("rows", "turned");
    assertThat(both.keptFloat()).isEmpty();
  }
}

package dev.tailgate.quant.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.ReferenceModel;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.kit.NamedGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrtPlacementTest {
  @TempDir Path folder;

  /** Readers by rounded tensor. */
  private static Map<String, List<String>> rounded(OnnxModel model, String... excluded) {
    PointFilter filter = PointFilter.of(List.of(), List.of(excluded));
    return Plans.of(Placement.ORT, model, new PlacementRequest(filter, false))
        .activations()
        .stream()
        .collect(
            Collectors.toMap(
                PlacementPlan.Candidate::tensor,
                candidate ->
                    candidate.uses().stream()
                        .map(use -> use.node().name() + ":" + use.inputIndex())
                        .toList()));
  }

  private OnnxModel postNorm() {
    return new NamedGraph()
        .input("x", -1, 5, 8)
        .weight("w", 8, 8)
        .weight("bias", 8)
        .weight("scale", 8)
        .weight("shift", 8)
        .weight("v", 8, 8)
        .node("MatMul", "a", "x", "w")
        .node("Add", "ab", "a", "bias")
        .node("Add", "sum", "ab", "x")
        .node("LayerNormalization", "normed", "sum", "scale", "shift")
        .node("MatMul", "y", "normed", "v")
        .outputs("y");
  }

  @Test
  void aResidualSumReadsAndGivesRoundedTensorsAndTheOutputStaysFloat() {
    assertThat(rounded(postNorm()))
        .isEqualTo(
            Map.of(
                "x", List.of("a:0", "sum:1"),
                "ab", List.of("sum:0"),
                "sum", List.of("normed:0"),
                "normed", List.of("y:0")));
  }

  @Test
  void anExcludedProductLeavesItsNeighboursQuantized() {
    assertThat(rounded(postNorm(), "name:a")).isEqualTo(Map.of("normed", List.of("y:0")));
  }

  @Test
  void anExcludedSumReadsFloatsAndItsProductIsStillRounded() {
    assertThat(rounded(postNorm(), "name:sum"))
        .isEqualTo(Map.of("x", List.of("a:0"), "ab", List.of("sum:0"), "normed", List.of("y:0")));
  }

  @Test
  void aWrittenOutActivationFunctionIsFloatInsideAndRoundedOutside() {
    OnnxModel model =
        new NamedGraph()
            .input("x", -1, 5, 8)
            .weight("w", 8, 8)
            .weight("one", 1)
            .weight("v", 8, 8)
            .node("MatMul", "a", "x", "w")
            .node("Erf", "erf", "a")
            .node("Add", "shifted", "erf", "one")
            .node("Mul", "gelu", "a", "shifted")
            .node("MatMul", "y", "gelu", "v")
            .outputs("y");
    assertThat(rounded(model).keySet()).containsExactlyInAnyOrder("x", "a", "gelu");
  }

  @Test
  void aGatedProductOfTwoProductsIsInteger() {
    OnnxModel model =
        new NamedGraph()
            .input("x", -1, 5, 8)
            .weight("w", 8, 8)
            .weight("u", 8, 8)
            .weight("v", 8, 8)
            .node("MatMul", "gate", "x", "w")
            .node("MatMul", "up", "x", "u")
            .node("Sigmoid", "sigmoid", "gate")
            .node("Mul", "gated", "sigmoid", "up")
            .node("MatMul", "y", "gated", "v")
            .outputs("y");
    assertThat(rounded(model).keySet())
        .containsExactlyInAnyOrder("x", "gate", "up", "sigmoid", "gated");
  }

  @Test
  void scoresAreRoundedBeforeTheMaskAndNeverBehindIt() {
    OnnxModel model =
        new NamedGraph()
            .input("q", -1, 2, 5, 4)
            .input("k", -1, 2, 4, 5)
            .input("v", -1, 2, 5, 4)
            .input("mask", -1, 1, 5, 5)
            .node("MatMul", "scores", "q", "k")
            .node("Add", "masked", "scores", "mask")
            .node("Softmax", "probs", "masked")
            .node("MatMul", "context", "probs", "v")
            .outputs("context");
    assertThat(rounded(model))
        .containsEntry("scores", List.of("masked:0"))
        .containsEntry("probs", List.of("context:0"))
        .doesNotContainKeys("masked", "mask");
  }

  @Test
  void residualSumsOfABlockAreRounded() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    List<String> roles =
        Plans.of(Placement.ORT, model, PlacementRequest.DEFAULT).activations().stream()
            .map(PlacementPlan.Candidate::role)
            .toList();
    assertThat(roles).contains("attn_residual", "attn_out", "ffn_out", "softmax_out");
  }
}

package dev.tailgate.quant.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.ReferenceModel;
import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.SiteSelection;
import dev.tailgate.onnx.rewrite.GateKind;
import dev.tailgate.onnx.rewrite.GateSpec;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PapersPlacementTest {
  private static final Path EXPORTS = Path.of("../../testdata/exports");

  @TempDir Path folder;

  private static OnnxModel gated(OnnxModel model) {
    MethodSpec spec =
        MethodSpec.gated(
            Method.GATED_ATTENTION,
            SoftmaxSpec.SOFTMAX,
            new GateSpec(GateKind.ALL_HEADS_LINEAR, 4, 0.5, true, 1),
            Map.of());
    return AttentionRewriter.rewrite(model, spec, SiteSelection.ALL).model();
  }

  private static PlacementPlan plan(OnnxModel model, String... excluded) {
    PointFilter filter = PointFilter.of(List.of(), List.of(excluded));
    return Plans.of(Placement.PAPERS, model, new PlacementRequest(filter, false));
  }

  /** Operators that compute with the quantized context, behind its views. */
  private static List<String> readersOfContext(OnnxModel model) {
    Dataflow flow = Dataflow.of(model.graph());
    return plan(model).activations().stream()
        .filter(candidate -> candidate.role().equals("attn_context"))
        .flatMap(candidate -> flow.realUses(candidate.tensor()).stream())
        .map(use -> use.node().opType())
        .distinct()
        .toList();
  }

  @Test
  void gatesStayFloat() throws IOException {
    OnnxModel plain = ReferenceModel.vanilla(folder);
    PlacementPlan before = plan(plain);
    PlacementPlan after = plan(gated(plain));
    assertThat(after.weights()).hasSameSizeAs(before.weights());
    assertThat(after.activations()).hasSameSizeAs(before.activations());
    assertThat(after.keptFloat()).filteredOn(k -> k.reason().equals("part of a gate")).isNotEmpty();
  }

  @Test
  void theContextIsQuantizedBehindTheGateInPostNormBlocksAndBeforeItInOthers() throws IOException {
    OnnxModel preNorm = gated(ReferenceModel.vanilla(folder));
    assertThat(readersOfContext(preNorm)).containsExactly("Mul");
    OnnxModel bert = OnnxModel.load(EXPORTS.resolve("bert-script-eager-opset9.onnx"));
    assertThat(readersOfContext(gated(bert))).containsExactly("MatMul");
  }

  @Test
  void eachKeptNodeIsListedOnce() throws IOException {
    List<String> nodes =
        plan(ReferenceModel.vanilla(folder)).keptFloat().stream()
            .map(PlacementPlan.KeptFloat::node)
            .toList();
    assertThat(nodes).doesNotHaveDuplicates();
  }

  @Test
  void anExcludedRoleIsNoPointAndAnExcludedOperatorReadsFloats() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    assertThat(plan(model, "role:ffn_out").activations())
        .hasSize(plan(model).activations().size() - 3)
        .noneMatch(candidate -> candidate.role().equals("ffn_out"));
    PlacementPlan noProducts = plan(model, "op:MatMul");
    assertThat(noProducts.weights()).noneMatch(weight -> weight.role().equals("MatMul"));
    assertThat(noProducts.activations())
        .allMatch(c -> c.uses().stream().noneMatch(use -> use.node().is("MatMul")));
  }
}

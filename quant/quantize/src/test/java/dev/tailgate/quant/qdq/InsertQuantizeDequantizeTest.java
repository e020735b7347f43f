package dev.tailgate.quant.qdq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.Batch;
import dev.tailgate.data.RawActivations;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.role.TapRole;
import dev.tailgate.onnx.tap.TokenLayout;
import dev.tailgate.quant.placement.PapersPlacement;
import dev.tailgate.quant.placement.PlacementPlan;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.scheme.Granularity;
import dev.tailgate.quant.scheme.GridRule;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.Range;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InsertQuantizeDequantizeTest {
  @TempDir Path folder;

  private static QuantPoint point(OnnxModel model) {
    String tensor = ReferenceModel.taps(model).withRole(TapRole.FFN_OUT).get(1).tensor();
    return new QuantPoint.Activation(
        tensor,
        "ffn_out",
        1,
        ElementType.FLOAT,
        3,
        new TokenLayout.Axis(1),
        model.graph().uses(tensor));
  }

  private static QuantParams activation(double min, double max) {
    TensorScheme scheme = TensorScheme.papersActivations(8);
    return GridRule.grid(scheme, new Range(min, max)).perTensor();
  }

  @Test
  void consumersReadExactlyTheRoundedValues() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    Batch batch = ReferenceModel.madeUp(model, 2, 2, 16).batches().next();
    QuantPoint point = point(model);
    float[] raw = RawActivations.of(model, point.tensor(), batch).toFloats();
    QuantParams grid = activation(-2.5, 3.25);
    OnnxModel quantized =
        InsertQuantizeDequantize.apply(model, Map.of(point, new Quantizer.Fixed(grid)));
    int reader = point.uses().get(0).inputIndex();
    String rounded =
        quantized.graph().nodes().stream()
            .filter(n -> n.name().equals(point.uses().get(0).node().name()))
            .findFirst()
            .orElseThrow()
            .input(reader);
    float[] seen = RawActivations.of(quantized, rounded, batch).toFloats();
    for (int i = 0; i < raw.length; i++) {
      // Bit for bit: the nodes and the Java grid do the same float32 operations.
      assertThat(seen[i]).isEqualTo(grid.fakeQuant(raw[i], 0));
    }
  }

  @Test
  void theGivenModelStaysAsItWas() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    int nodes = model.graph().nodes().size();
    InsertQuantizeDequantize.apply(
        model, Map.of(point(model), new Quantizer.Fixed(activation(-1, 1))));
    assertThat(model.graph().nodes()).hasSize(nodes);
  }

  @Test
  void weightsAreRoundedToo() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    PlacementPlan plan = PapersPlacement.plan(ModelMap.of(model));
    QuantPoint.Weight weight =
        plan.weights().stream().filter(w -> w.role().equals("MatMul")).findFirst().orElseThrow();
    TensorScheme scheme = TensorScheme.papersWeights(8, new Granularity.PerTensor());
    Quantizer coarse = new Quantizer.Fixed(GridRule.grid(scheme, new Range(-64, 64)).perTensor());
    OnnxModel quantized = InsertQuantizeDequantize.apply(model, Map.of(weight, coarse));
    Batch batch = ReferenceModel.madeUp(model, 1, 1, 8).batches().next();
    assertThat(RawActivations.of(quantized, "logits", batch).toFloats())
        .isNotEqualTo(RawActivations.of(model, "logits", batch).toFloats());
  }

  @Test
  void floatOptimisationDoesNotChangeWhatTheFakeQuantModelComputes() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    GraphEdit edit = model.edit();
    String tensor = ReferenceModel.taps(model).withRole(TapRole.BLOCK_OUT).get(2).tensor();
    edit.addOutput(new ValueInfo(tensor, ElementType.UNDEFINED, Optional.empty()));
    OnnxModel tapped = edit.commit();
    OnnxModel quantized =
        InsertQuantizeDequantize.apply(
            tapped, Map.of(point(tapped), new Quantizer.Fixed(activation(-40, 40))));
    Batch batch = ReferenceModel.madeUp(model, 4, 4, 32).batches().next();
    float[] optimised = run(quantized, tensor, batch, RunnerOptions.Optimization.FLOAT_ONLY);
    float[] asWritten = run(quantized, tensor, batch, RunnerOptions.Optimization.NONE);
    double worst = 0;
    for (int i = 0; i < optimised.length; i++) {
      worst = Math.max(worst, Math.abs(optimised[i] - asWritten[i]));
    }
    // A rounding of the input that falls on the other side of a tie moves an output by one step.
    assertThat(worst).isLessThan(80.0 / 255);
  }

  private static float[] run(
      OnnxModel model, String tensor, Batch batch, RunnerOptions.Optimization level) {
    try (ModelRunner runner = ModelRunner.open(model, ReferenceModel.CPU.with(level))) {
      Tensor result = runner.run(batch.inputs(), Set.of(tensor)).get(tensor);
      return result.toFloats();
    }
  }

  @Test
  void theHeadStaysFloatAndEverythingBeforeItIsPlanned() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    PlacementPlan plan = PapersPlacement.plan(ModelMap.of(model));
    assertThat(plan.keptFloat()).hasSize(1);
    assertThat(plan.weights()).hasSizeGreaterThan(3 * 6);
    List<String> roles = plan.activations().stream().map(PlacementPlan.Candidate::role).toList();
    assertThat(roles).contains("softmax_out", "attn_scores", "attn_context", "ffn_act");
    assertThat(roles).doesNotContain("head_out");
  }
}

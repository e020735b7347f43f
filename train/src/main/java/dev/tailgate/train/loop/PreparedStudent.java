package dev.tailgate.train.loop;

import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.quantized.ModelQuantization;
import dev.tailgate.onnx.training.PreparedForTraining;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.Selector;
import dev.tailgate.quant.plan.AlreadyQuantized;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.train.graph.ParameterGroup;
import dev.tailgate.train.graph.TrainingPlan;
import dev.tailgate.train.qat.ThroughQuantizers;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model to train in two forms: as it is saved, and as gradients are taken of it.
 *
 * @param forms both, before there are quantizers
 * @param trained what the training graph begins with
 * @param grids the quantizers in {@code trained}, where there are any
 */
record PreparedStudent(PreparedForTraining forms, OnnxModel trained, Optional<Calibrated> grids) {
  /**
   * Prepares the student of a training.
   *
   * @throws dev.tailgate.onnx.ir.ModelException for one that is quantized, or that has fused
   *     operators that cannot be written out, or operators of which there is no newer form
   */
  static PreparedStudent of(Training training, RunnerOptions options, RunProgress progress) {
    OnnxModel model = training.student();
    AlreadyQuantized.refuseAny(ModelQuantization.of(model), "training the model");
    PreparedForTraining forms = PreparedForTraining.of(model);
    OnnxModel raised = forms.trained();
    Optional<Calibrated> grids =
        training.quantizing().map(quantizing -> quantizing.of(raised, options, progress));
    return new PreparedStudent(forms, grids.map(ThroughQuantizers::of).orElse(raised), grids);
  }

  /** In its own operator set. */
  OnnxModel saved() {
    return forms.saved();
  }

  /** {@code plan} with scales, which are no weights of the user's, left as they are. */
  TrainingPlan plan(TrainingPlan plan) {
    List<Selector> scales =
        grids
            .map(found -> ThroughQuantizers.scales(trained, found.model()))
            .orElse(List.of())
            .stream()
            .map(name -> Selector.parse("name:" + name))
            .toList();
    return scales.isEmpty() ? plan : plan.withGroups(List.of(ParameterGroup.frozen(scales)));
  }

  /** The model that is scored, with other weights: it rounds where the trained one does. */
  OnnxModel scored(Map<String, ConstantTensor> weights) {
    if (grids.isEmpty()) {
      return with(weights);
    }
    GraphEdit edit = trained.edit();
    weights.forEach(edit::replaceConstant);
    return edit.commit();
  }

  /** The saved form with other weights. */
  OnnxModel with(Map<String, ConstantTensor> weights) {
    return forms.with(weights);
  }
}

package dev.tailgate.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.StagedTensors;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.quant.deploy.DeployableForm;
import dev.tailgate.quant.deploy.WeightStaging;
import dev.tailgate.quant.encodings.TensorEncoding;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.qdq.InsertQuantizeDequantize;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.QuantScheme;
import dev.tailgate.train.checkpoint.LoopState;
import dev.tailgate.train.qat.Quantizing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training through quantizers, from a network that was trained in floats. */
class QuantizedTrainingTest {
  @TempDir private Path folder;

  private static QuantizationSettings settings(String scheme) {
    return QuantizationSettings.DEPLOYED.with(QuantScheme.parse(scheme));
  }

  private DataSource data(OnnxModel model) {
    return SmallTraining.data(model, folder.resolve("train.npz"), 60, 1);
  }

  private DataSource heldOut(OnnxModel model) {
    return SmallTraining.data(model, folder.resolve("heldout.npz"), 20, 2);
  }

  private CalibrationContext context() {
    return new CalibrationContext(this::data, SmallTraining.CPU, RunProgress.SILENT);
  }

  private Training training(OnnxModel student, long steps) {
    return new Training(
        student,
        Optional.empty(),
        data(student),
        Optional.of(heldOut(student)),
        SmallTraining.plan(),
        SmallTraining.loop(steps),
        SmallTraining.CPU,
        Optional.empty());
  }

  private Training through(OnnxModel student, String scheme, long steps) {
    return training(student, steps).through(new Quantizing(settings(scheme), this::data));
  }

  private List<Double> outputs(OnnxModel model, RunnerOptions options) {
    List<Double> outputs = new ArrayList<>();
    try (ModelRunner runner = ModelRunner.open(model, options)) {
      for (Batch batch : (Iterable<Batch>) heldOut(model)::batches) {
        float[] y =
            Objects.requireNonNull(runner.run(batch.inputs(), Set.of("y")).get("y")).toFloats();
        for (int i = 0; i < batch.samples(); i++) {
          outputs.add((double) y[i]);
        }
      }
    }
    return outputs;
  }

  private double error(OnnxModel model) {
    List<Double> found = outputs(model, SmallTraining.CPU);
    double sum = 0;
    int at = 0;
    for (Batch batch : (Iterable<Batch>) heldOut(model)::batches) {
      float[] labels = batch.labels().orElseThrow().toFloats();
      for (int i = 0; i < batch.samples(); i++) {
        sum += Math.pow(found.get(at++) - labels[i], 2);
      }
    }
    return sum / at;
  }

  /** The quantizers of a trained model with the grids that it was trained on. */
  private Map<QuantPoint, Quantizer> quantizers(Trained trained, String scheme) {
    Map<String, QuantParams> grids = new LinkedHashMap<>();
    for (TensorEncoding encoding : trained.encodings().orElseThrow().all()) {
      grids.put(encoding.tensor(), encoding.params());
    }
    Plan plan = Plan.of(ModelMap.of(trained.model()), settings(scheme));
    Map<QuantPoint, Quantizer> quantizers = new LinkedHashMap<>();
    List<QuantPoint> points = new ArrayList<>(plan.placed().weights());
    points.addAll(plan.probe(context().shapes()));
    for (QuantPoint point : points) {
      quantizers.put(
          point,
          new Quantizer.Fixed(Objects.requireNonNull(grids.get(point.tensor()), point.tensor())));
    }
    assertThat(quantizers).hasSameSizeAs(grids);
    return quantizers;
  }

  private OnnxModel inFloats() {
    try (Trained trained =
        TrainingLoop.run(training(SmallTraining.model(18), 120), RunProgress.SILENT)) {
      Path file = folder.resolve("floats.onnx");
      trained.model().save(file);
      return OnnxModel.load(file);
    }
  }

  private double roundedAfterwards(OnnxModel model, String scheme) {
    Plan plan = Plan.of(ModelMap.of(model), settings(scheme));
    return error(Calibrated.of(plan, context()).simulated());
  }

  @ParameterizedTest
  @ValueSource(strings = {"w8a8", "w4a8", "w4a8-per-channel"})
  void weightsLearnToBeRounded(String scheme) {
    OnnxModel floats = inFloats();
    double before = roundedAfterwards(floats, scheme);
    try (Trained trained = TrainingLoop.run(through(floats, scheme, 80), RunProgress.SILENT)) {
      List<LoopState.HeldOut> scores = trained.record().state().scores();
      // Step 0 is the model that was only rounded.
      assertThat(scores.get(0).score()).isCloseTo(before, within(1e-5 * before));
      double best = scores.stream().mapToDouble(LoopState.HeldOut::score).min().orElseThrow();
      assertThat(best).isLessThan(scheme.equals("w8a8") ? before : 0.9 * before);
      // What is saved is a float model; on the grids of the training it is what was scored.
      OnnxModel simulated =
          InsertQuantizeDequantize.apply(trained.model(), quantizers(trained, scheme));
      assertThat(error(simulated)).isCloseTo(best, within(1e-5 * best));
    }
  }

  @Test
  void deployedModelComputesWhatWasTrained() {
    try (Trained trained = TrainingLoop.run(through(inFloats(), "w8a8", 20), RunProgress.SILENT)) {
      Map<QuantPoint, Quantizer> quantizers = quantizers(trained, "w8a8");
      List<Double> simulated =
          outputs(InsertQuantizeDequantize.apply(trained.model(), quantizers), SmallTraining.CPU);
      Path target = folder.resolve("deployed.onnx");
      try (StagedTensors staged = StagedTensors.beside(target)) {
        Map<String, WeightStaging.Stored> stored =
            WeightStaging.stage(trained.model(), quantizers, staged);
        OnnxModel deployed = DeployableForm.apply(trained.model(), quantizers, stored);
        List<Double> found =
            outputs(deployed, SmallTraining.CPU.with(RunnerOptions.Optimization.FULL));
        double step =
            quantizers.values().stream()
                .mapToDouble(q -> ((Quantizer.Fixed) q).params().largestScale())
                .max()
                .orElseThrow();
        for (int i = 0; i < found.size(); i++) {
          // Biases are rounded to integers, by which a hidden value may fall on the next number.
          assertThat(found.get(i)).isCloseTo(simulated.get(i), within(2 * step));
        }
      }
    }
  }

  @Test
  void sameSeedGivesTheSameBits() {
    OnnxModel floats = inFloats();
    try (Trained one = TrainingLoop.run(through(floats, "w4a8", 20), RunProgress.SILENT);
        Trained other = TrainingLoop.run(through(floats, "w4a8", 20), RunProgress.SILENT)) {
      assertThat(one.record().state().points()).isEqualTo(other.record().state().points());
    }
  }

  @Test
  void gridsWithoutAGradientAreRefused() {
    assertThatThrownBy(
            () ->
                TrainingLoop.run(
                    through(SmallTraining.model(18), "w8a8-dynamic", 20), RunProgress.SILENT))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("training through quantizers");
  }
}

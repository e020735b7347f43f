package dev.tailgate.run.quantize;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.KernelProfile;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.ReadableOutputs;
import dev.tailgate.file.Publication;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.StagedModel;
import dev.tailgate.onnx.ir.StagedTensors;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.layer.TrainingMode;
import dev.tailgate.onnx.quantized.ModelQuantization;
import dev.tailgate.quant.deploy.DeployableForm;
import dev.tailgate.quant.deploy.DynamicForm;
import dev.tailgate.quant.deploy.QOperatorForm;
import dev.tailgate.quant.deploy.SaturationAudit;
import dev.tailgate.quant.deploy.SaturationReport;
import dev.tailgate.quant.deploy.WeightStaging;
import dev.tailgate.quant.encodings.Encodings;
import dev.tailgate.quant.encodings.EncodingsFile;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.PlacementPlan;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.plan.AlreadyQuantized;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.EstimatorChoice;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.plan.SomethingQuantized;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.run.model.ModelFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A quantization from file to file: plan, calibrate, choose a range estimator, write, and run the
 * file that was written to see which kernels it gets and what they compute.
 */
public final class QuantizeRun {
  private static final int FIRST_OPSET = 11;
  private static final int CONV_OPSET = 10;

  private final QuantizeRequest request;
  private final RunProgress progress;
  private final OnnxModel model;
  private final RunnerOptions options;

  private QuantizeRun(QuantizeRequest request, RunProgress progress) {
    this.request = request;
    this.progress = progress;
    this.model = ModelFile.read(request.model(), request.options());
    this.options =
        request.options().with(RunnerOptions.Optimization.FLOAT_ONLY).until(progress::cancelled);
  }

  /**
   * Runs a quantization to the end.
   *
   * @throws ModelException for a model that cannot be read, quantized or written; then nothing is
   *     written
   * @throws dev.tailgate.engine.tensor.DataException for data that does not fit
   * @throws dev.tailgate.engine.RuntimeUnavailableException where the execution provider asked for
   *     is absent
   */
  public static QuantizeOutcome run(QuantizeRequest request, RunProgress progress) {
    return new QuantizeRun(request, progress).run();
  }

  private QuantizeOutcome run() {
    ModelQuantization stored = ModelQuantization.of(model);
    AlreadyQuantized.refuseWhole(stored, "quantizing the model");
    Plan plan = deployable(model, request.settings(), request.form());
    CalibrationContext context =
        new CalibrationContext(any -> calibrationData(), options, progress);
    List<QuantPoint.Activation> activations = plan.probe(context.shapes());
    long start = System.nanoTime();
    List<String> notes = new ArrayList<>();
    if (stored.isQuantized()) {
      notes.add(
          "The model is quantized in part already, and that part stays as it is: "
              + String.join("; ", stored.schemes())
              + ".");
    }
    List<Calibrated> candidates;
    if (request.encodings().isPresent()) {
      ImportedGrids imported = ImportedGrids.read(request.encodings().get(), plan, activations);
      candidates = List.of(imported.calibrated());
      notes.addAll(imported.notes());
    } else {
      candidates = Calibrated.byEstimator(plan, activations, context);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    EstimatorChoice choice =
        EstimatorChoice.among(model, candidates, this::calibrationData, options, progress);
    SomethingQuantized.require(choice.chosen());
    // Grids out of a file have formats of their own.
    requireKernels(choice.chosen().quantizers().values().stream().map(Quantizer::format).toList());
    try (StagedModel staged = stage(choice.chosen())) {
      QuantizeOutcome outcome = outcome(choice, OnnxModel.load(staged.file()), notes, seconds);
      staged.publish();
      return outcome;
    }
  }

  /**
   * Says beforehand whether a model can be written in standard operators for integer kernels.
   *
   * @throws ModelException where it cannot
   */
  public static void requireDeployable(OnnxModel model, QuantizationSettings settings) {
    deployable(model, settings, QuantizeRequest.OutputForm.QDQ);
  }

  private static Plan deployable(
      OnnxModel model, QuantizationSettings settings, QuantizeRequest.OutputForm form) {
    requireOpset(model, settings, form);
    requireKernels(settings.scheme().formats());
    Plan plan = Plan.of(ModelMap.of(model), settings);
    requireNoOldConv(model, plan.placed());
    return plan;
  }

  private QuantizeOutcome outcome(
      EstimatorChoice choice, OnnxModel written, List<String> notes, double seconds) {
    Calibrated chosen = choice.chosen();
    DataSource data = request.samples().open(model, options);
    // Integer operators cannot be simulated: for that form the original is rounded anew.
    OnnxModel simulated =
        request.form() == QuantizeRequest.OutputForm.QDQ && !isDynamic()
            ? written
            : chosen.simulated();
    Coverage coverage = coverage(written, chosen, data.typical());
    List<SaturationReport> saturation =
        SaturationAudit.of(model, chosen.quantizers(), tensor -> OptionalInt.empty());
    FusedComparison comparison =
        FusedComparison.run(model, simulated, written, data, options, progress);
    List<String> advice = new ArrayList<>(TrainingMode.warnings(model));
    advice.addAll(notes);
    advice.addAll(DeploymentAdvice.of(chosen, coverage, saturation));
    advice.addAll(comparison.faults());
    ReadableOutputs.of(model.graph()).note().ifPresent(advice::add);
    return new QuantizeOutcome(
        chosen,
        choice.tried(),
        FileSizes.of(model, written, chosen.quantizers().keySet()),
        coverage,
        saturation,
        advice,
        seconds,
        comparison);
  }

  /** Ranges that each run finds have integer operators, and no pairs that the runtime fuses. */
  private boolean isDynamic() {
    return request.settings().scheme().isDynamicByTensor();
  }

  /**
   * ONNX Runtime fuses quantize and dequantize nodes of any opset, into operators of later ones.
   */
  private static void requireOpset(
      OnnxModel model, QuantizationSettings settings, QuantizeRequest.OutputForm form) {
    boolean fuses =
        form == QuantizeRequest.OutputForm.QDQ && settings.scheme().activations().isPresent();
    if (settings.scheme().isDynamicByTensor() && model.opset() < FIRST_OPSET) {
      throw ModelException.doing("quantizing the model")
          .expected("opset " + FIRST_OPSET + " or later, which has DynamicQuantizeLinear")
          .found("opset " + model.opset())
          .fix("Export the model again with a newer opset.");
    }
    if (fuses && model.opset() < FIRST_OPSET) {
      throw ModelException.doing("quantizing the model")
          .expected("opset " + FIRST_OPSET + " or later, as ONNX Runtime's integer fusions need it")
          .found("opset " + model.opset())
          .fix("Give --form qoperator, or export the model again with a newer opset.");
    }
  }

  private static void requireKernels(List<NumberFormat> formats) {
    for (NumberFormat format : formats) {
      if (!format.isDeployable()) {
        throw ModelException.doing("quantizing the model")
            .expected("numbers that ONNX Runtime has a kernel for")
            .found(format.label() + ", which it can neither read nor compute with")
            .fix("'tailgate audit' simulates it; give another format to deploy, such as int4.");
      }
    }
  }

  /** Convolutions have an integer operator of the standard domain only, from opset 10 on. */
  private static void requireNoOldConv(OnnxModel model, PlacementPlan plan) {
    boolean convolves =
        plan.activations().stream()
            .flatMap(candidate -> candidate.uses().stream())
            .anyMatch(use -> use.node().is("Conv"));
    if (convolves && model.opset() < CONV_OPSET) {
      throw ModelException.doing("quantizing convolutions")
          .expected("opset " + CONV_OPSET + " or later")
          .found("opset " + model.opset())
          .fix("Leave them in float with --exclude op:Conv, or export with a newer opset.");
    }
  }

  private DataSource calibrationData() {
    return request.samples().openCalibrationBatches(model, request.settings().calibrationBatches());
  }

  private StagedModel stage(Calibrated chosen) {
    try (StagedTensors staged = StagedTensors.beside(request.out())) {
      Map<String, WeightStaging.Stored> stored =
          WeightStaging.stage(model, chosen.quantizers(), staged);
      OnnxModel form = DeployableForm.apply(model, chosen.quantizers(), stored);
      if (isDynamic()) {
        form = DynamicForm.apply(form);
      } else if (request.form() == QuantizeRequest.OutputForm.QOPERATOR) {
        form = QOperatorForm.apply(form);
      }
      StagedModel model = StagedModel.of(form, request.out());
      try {
        request.export().ifPresent(export -> export(chosen, export, model.publication()));
        return model;
      } catch (RuntimeException e) {
        model.close();
        throw e;
      }
    }
  }

  private static void export(
      Calibrated chosen, QuantizeRequest.Export export, Publication publication) {
    try {
      EncodingsFile.add(
          Encodings.of(chosen.quantizers(), chosen.plan().settings().scheme()),
          export.format(),
          export.file(),
          publication);
    } catch (IOException e) {
      throw ModelException.doing("writing encodings to " + export.file())
          .expected("a writable folder with enough space")
          .found(String.valueOf(e.getMessage()))
          .fix("Nothing was written; export to another place.", e);
    }
  }

  private Coverage coverage(OnnxModel written, Calibrated chosen, Batch batch) {
    OnnxModel flat = ModelFile.prepared(written, options.withFloat32(false));
    List<KernelProfile.Kernel> kernels =
        KernelProfile.kernels(flat, batch.inputs(), options.with(RunnerOptions.Optimization.FULL));
    return CoverageReader.read(chosen, flat, kernels);
  }
}

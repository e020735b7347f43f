package dev.tailgate.quant.plan;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.Task;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.qdq.InsertQuantizeDequantize;
import dev.tailgate.quant.score.AgreementScorer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Chooses among range estimators by what they cost: the SQNR of the simulated model's outputs, on
 * calibration data, so that the data a model is judged on stays unseen. One is taken as it is.
 *
 * @param chosen the best one, the first of equals
 * @param tried all that were compared, in their order; empty where there was one
 */
public record EstimatorChoice(Quantization chosen, List<Tried> tried) {
  /** Copies the list. */
  public EstimatorChoice {
    tried = List.copyOf(tried);
  }

  /**
   * A range estimator tried on the calibration data.
   *
   * @param sqnr of the simulated model's outputs, in dB
   */
  public record Tried(String estimator, double sqnr, boolean chosen) {}

  /** Compares {@code quantizations} of {@code model}, at least one. */
  public static EstimatorChoice among(
      OnnxModel model,
      List<Quantization> quantizations,
      Supplier<DataSource> data,
      RunnerOptions options,
      RunProgress progress) {
    if (quantizations.size() == 1) {
      return new EstimatorChoice(quantizations.get(0), List.of());
    }
    List<Double> ratios = new ArrayList<>();
    int best = 0;
    try (ModelRunner fp = ModelRunner.open(model, options)) {
      for (int i = 0; i < quantizations.size(); i++) {
        progress.at("comparing estimators", i, quantizations.size());
        ratios.add(sqnr(model, fp, quantizations.get(i), data.get(), options));
        best = ratios.get(i) > ratios.get(best) ? i : best;
      }
    }
    List<Tried> tried = new ArrayList<>();
    for (int i = 0; i < ratios.size(); i++) {
      String label = quantizations.get(i).estimator();
      tried.add(new Tried(label, ratios.get(i), i == best));
    }
    return new EstimatorChoice(quantizations.get(best), tried);
  }

  private static double sqnr(
      OnnxModel model,
      ModelRunner fp,
      Quantization quantization,
      DataSource data,
      RunnerOptions options) {
    Set<String> outputs = model.graph().outputNames();
    AgreementScorer agreement = AgreementScorer.of(ModelOutputs.of(model.graph()), Task.AGREEMENT);
    OnnxModel simulated = InsertQuantizeDequantize.apply(model, quantization.quantizers());
    try (ModelRunner rounded = ModelRunner.open(simulated, options)) {
      Iterator<Batch> batches = data.batches();
      while (batches.hasNext()) {
        Batch batch = batches.next();
        agreement.accept(
            batch, fp.run(batch.inputs(), outputs), rounded.run(batch.inputs(), outputs));
      }
    }
    return agreement.scores().get(0).value();
  }
}

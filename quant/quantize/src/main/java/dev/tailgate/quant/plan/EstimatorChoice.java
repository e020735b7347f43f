package dev.tailgate.quant.plan;

import dev.tailgate.data.DataSource;
import dev.tailgate.data.Scoring;
import dev.tailgate.data.Task;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.contest.Contest;
import dev.tailgate.quant.contest.Contestant;
import dev.tailgate.quant.contest.Keep;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.qdq.InsertQuantizeDequantize;
import dev.tailgate.quant.score.AgreementScorer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Chooses among range estimators by what they cost: the SQNR of the simulated model's outputs, on
 * calibration data, so that the data a model is judged on stays unseen. One is taken as it is.
 *
 * @param chosen the best one, the first of equals; one whose outputs are not finite only where all
 *     are such
 * @param tried all that were compared, in their order; empty where there was one
 */
public record EstimatorChoice(Calibrated chosen, List<Tried> tried) {
  /** Copies the list. */
  public EstimatorChoice {
    tried = List.copyOf(tried);
  }

  /**
   * A range estimator tried on the calibration data.
   *
   * @param sqnr of the simulated model's outputs, in dB; NaN where they are not finite
   */
  public record Tried(String estimator, double sqnr, boolean chosen) {
    /** Both as text. */
    public String inWords() {
      return Double.isNaN(sqnr)
          ? estimator + " not finite"
          : String.format(Locale.ROOT, "%s %.2f dB", estimator, sqnr);
    }
  }

  /** Compares {@code quantizations} of {@code model}, at least one. */
  public static EstimatorChoice among(
      OnnxModel model,
      List<Calibrated> quantizations,
      Supplier<DataSource> data,
      RunnerOptions options,
      RunProgress progress) {
    if (quantizations.size() == 1) {
      return new EstimatorChoice(quantizations.get(0), List.of());
    }
    ModelOutputs outputs = ModelOutputs.of(model.graph());
    Set<String> compared = Set.of(outputs.predictions());
    List<Double> ratios = new ArrayList<>();
    try (Contest contest =
        Contest.open(
            Contestant.of("float", model, compared, options),
            data.get()::batches,
            Keep.of(compared))) {
      for (int i = 0; i < quantizations.size(); i++) {
        progress.at("comparing estimators", i, quantizations.size());
        Contestant rounded =
            Contestant.of(
                "rounded",
                InsertQuantizeDequantize.apply(model, quantizations.get(i).quantizers()),
                compared,
                options);
        AgreementScorer agreement = AgreementScorer.of(outputs, Scoring.of(Task.AGREEMENT));
        contest.run(
            List.of(rounded),
            round -> agreement.accept(round.batch(), round.reference(), round.of(rounded.name())));
        ratios.add(agreement.scores().get(0).value());
      }
    }
    int best = best(ratios);
    List<Tried> tried = new ArrayList<>();
    for (int i = 0; i < ratios.size(); i++) {
      String label = quantizations.get(i).source().estimator();
      tried.add(new Tried(label, ratios.get(i), i == best));
    }
    return new EstimatorChoice(quantizations.get(best), tried);
  }

  /** The first of the largest; a model that breaks is worse than any that does not. */
  static int best(List<Double> ratios) {
    int best = 0;
    for (int i = 1; i < ratios.size(); i++) {
      boolean first = Double.isNaN(ratios.get(best)) && !Double.isNaN(ratios.get(i));
      best = first || ratios.get(i) > ratios.get(best) ? i : best;
    }
    return best;
  }
}

package dev.tailgate.run.cure;

import dev.tailgate.onnx.method.RewrittenSite;
import dev.tailgate.onnx.method.SiteOutcome;
import dev.tailgate.result.CureResult.Kind;
import dev.tailgate.result.CureResult.Stage;
import java.util.ArrayList;
import java.util.List;

/** What a reader should know before trusting the numbers of a cure. */
final class CureWarnings {
  private CureWarnings() {}

  static List<String> of(CureStart start, List<Stage> stages, boolean hasMetric) {
    List<String> warnings = new ArrayList<>();
    if (!hasMetric) {
      warnings.add(
          "The held-out data has no labels: the models are compared by how near their outputs are"
              + " to the original's, not by a task.");
    }
    for (RewrittenSite site : start.rewrite().sites()) {
      if (site.outcome() instanceof SiteOutcome.Skipped skipped) {
        warnings.add("Attention " + site.id() + " kept its method: " + skipped.reason() + ".");
      }
    }
    Stage rewritten = stage(stages, Kind.REWRITTEN);
    Stage cured = stage(stages, Kind.CURED);
    if (cured.sqnr() <= rewritten.sqnr()) {
      warnings.add(
          "Training did not bring the outputs nearer to the original's than the rewrite alone left"
              + " them. Train for more steps, or at another learning rate.");
    }
    cured
        .fpChange()
        .filter(change -> change.hasInterval() && (change.high() < 0 || change.low() > 0))
        .ifPresent(
            change ->
                warnings.add(
                    "The task metric of the cured float model differs from the original's by more"
                        + " than the choice of samples explains."));
    if (cured.averageKurtosis() >= stage(stages, Kind.ORIGINAL).averageKurtosis()) {
      warnings.add("The average kurtosis of the cured model is not below the original's.");
    }
    return warnings;
  }

  private static Stage stage(List<Stage> stages, Kind kind) {
    return stages.stream().filter(stage -> stage.kind() == kind).findFirst().orElseThrow();
  }
}

package dev.tailgate.run.cure;

import dev.tailgate.result.CureResult;
import dev.tailgate.result.CureResult.Setting;
import dev.tailgate.result.RunResult;
import java.util.ArrayList;
import java.util.List;

/** Everything that is needed to repeat a cure, in the order of the page. */
final class CureRecipe {
  private CureRecipe() {}

  /** {@code record} with what the trainer does not know: where it started, on what machine. */
  static CureResult.Training of(
      CureRequest request, CureStart start, RunResult original, CureResult.Training record) {
    List<Setting> recipe = new ArrayList<>();
    recipe.add(new Setting("method", request.spec().method().label()));
    recipe.add(
        new Setting(
            "sites",
            start.rewrite().rewritten() + " of " + start.rewrite().sites().size() + " rewritten"));
    if (!start.words().isEmpty()) {
      recipe.add(new Setting("start", String.join("; ", start.words())));
    }
    recipe.addAll(record.recipe());
    recipe.add(new Setting("seed of the data", Long.toString(request.samples().seed())));
    recipe.add(new Setting("device", original.run().device()));
    recipe.add(new Setting("ONNX Runtime", original.run().ortVersion()));
    recipe.add(new Setting("Java", original.run().javaVersion() + " on " + original.run().os()));
    return new CureResult.Training(
        record.steps(),
        record.samples(),
        record.seconds(),
        record.ended(),
        recipe,
        record.losses(),
        record.validation());
  }
}

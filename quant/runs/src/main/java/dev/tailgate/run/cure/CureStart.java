package dev.tailgate.run.cure;

import dev.tailgate.data.DataSource;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodParameters;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.RewriteResult;
import dev.tailgate.onnx.method.SiteSelection;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.site.CalibratedSinks;
import dev.tailgate.quant.site.ShiftCalibration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Where training starts: the model with its new attention, as near to the original as the method
 * allows without training. Gates start as the identity ({@code 1 / pi} times a gate of {@code pi},
 * arXiv 2306.12929). A method with a sink gets a logit for each head with which a small share of
 * the attention goes to the sink ({@link ShiftCalibration}); from a share of 0 on, every share is
 * reached by some logit, so such a start always exists, and training decides how much of it stays.
 *
 * @param rewrite the rewritten model
 * @param words how it starts, for the recipe
 */
record CureStart(RewriteResult rewrite, List<String> words) {
  /** Copies the list. */
  CureStart {
    words = List.copyOf(words);
  }

  /**
   * Rewrites.
   *
   * @param mass share that fitted sinks take; empty fits none
   * @param data what they are fitted on
   * @throws dev.tailgate.onnx.ir.ModelException where no attention can be rewritten
   */
  static CureStart of(
      OnnxModel model,
      MethodSpec asked,
      SiteSelection selection,
      OptionalDouble mass,
      DataSource data,
      RunnerOptions options,
      RunProgress progress) {
    List<String> words = new ArrayList<>();
    MethodSpec spec = asked;
    if (mass.isPresent() && takesSinks(asked.method()) && asked.sinks().isEmpty()) {
      OptionalInt heads =
          asked.heads().isPresent() ? OptionalInt.of(asked.heads().get()) : OptionalInt.empty();
      CalibratedSinks fitted =
          ShiftCalibration.run(model, data, mass.getAsDouble(), heads, options, progress);
      if (fitted.fitted().isEmpty()) {
        words.add("sink logits 0: no site has scores that can be read");
      } else {
        spec = spec.withSinks(fitted.sinks());
        words.add(
            String.format(
                Locale.ROOT,
                "a sink logit for each head that takes %.3g of its attention, fitted on %d samples",
                mass.getAsDouble(),
                data.count()));
      }
    } else if (takesSinks(asked.method())) {
      words.add(asked.sinks().isEmpty() ? "sink logits 0" : "sink logits as given");
    }
    asked
        .gate()
        .ifPresent(
            gate ->
                words.add(
                    gate.identity()
                        ? String.format(
                            Locale.ROOT, "gates of %.3g times %.3g", gate.init(), gate.factor())
                        : String.format(Locale.ROOT, "gates of %.3g", gate.init())));
    return new CureStart(AttentionRewriter.rewrite(model, spec, selection), words);
  }

  /** Whether a method has sinks that can be fitted. */
  static boolean takesSinks(Method method) {
    return method.parameters().contains(MethodParameters.CALIBRATED_SHIFT);
  }
}

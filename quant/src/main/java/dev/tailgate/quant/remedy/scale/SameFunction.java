package dev.tailgate.quant.remedy.scale;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.quant.data.Batch;
import dev.tailgate.quant.remedy.Candidate;
import dev.tailgate.quant.remedy.RemedyContext;
import dev.tailgate.quant.remedy.Treated;
import dev.tailgate.quant.runtime.ModelRunner;
import dev.tailgate.quant.tensor.Elements;
import dev.tailgate.quant.tensor.Tensor;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs a repaired float model beside the original once. A transform that is an identity on paper
 * can still cost a model of half precision too many digits; then nothing is changed.
 */
final class SameFunction {
  /** Of the largest output. Float32 loses some 1e-6, float16 some 1e-3 in a deep model. */
  private static final double TOLERATED = 0.02;

  private SameFunction() {}

  /** The outcome, or the untouched candidate with the reason. */
  static Treated checked(Candidate candidate, Treated treated, RemedyContext context) {
    OnnxModel before = candidate.model();
    OnnxModel after = treated.candidate().model();
    Iterator<Batch> batches = context.calibration().apply(before).batches();
    if (after == before || !batches.hasNext()) {
      return treated;
    }
    Batch batch = batches.next();
    Map<String, Tensor> expected = outputs(before, batch, context);
    Map<String, Tensor> found = outputs(after, batch, context);
    double worst = 0;
    for (Map.Entry<String, Tensor> output : expected.entrySet()) {
      Tensor other = found.get(output.getKey());
      if (other != null && output.getValue().type().isFloat()) {
        worst = Math.max(worst, difference(output.getValue(), other));
      }
    }
    if (worst <= TOLERATED) {
      return treated;
    }
    String reason =
        String.format(
            Locale.ROOT,
            "nothing is changed: outputs of the float model would differ by %.2g of the largest,"
                + " for want of digits",
            worst);
    return new Treated(candidate, List.of(), List.of(new Repair.Note("the model", reason)));
  }

  private static Map<String, Tensor> outputs(OnnxModel model, Batch batch, RemedyContext context) {
    try (ModelRunner runner = ModelRunner.open(model, context.options())) {
      return runner.run(batch.inputs(), model.graph().outputNames());
    }
  }

  private static double difference(Tensor expected, Tensor found) {
    float[] a = Elements.toFloats(expected);
    float[] b = Elements.toFloats(found);
    double top = 0;
    double worst = 0;
    for (int i = 0; i < a.length && i < b.length; i++) {
      if (Float.isFinite(a[i])) {
        top = Math.max(top, Math.abs(a[i]));
        double off = Math.abs((double) a[i] - b[i]);
        worst = Double.isNaN(off) ? Double.POSITIVE_INFINITY : Math.max(worst, off);
      }
    }
    return worst == 0 ? 0 : worst / top;
  }
}

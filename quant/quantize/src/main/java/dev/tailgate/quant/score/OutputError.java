package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.result.metric.AgreementMetrics;
import dev.tailgate.stats.metric.RatioOfSums;
import dev.tailgate.stats.metric.SampledMetric;

/**
 * How far an output is from that of the float model, sample by sample: {@code sum (ref - test)^2 /
 * sum ref^2}. Positions of padding do not count. Where the first axis of the output is not the
 * batch, a batch counts as one sample. A NaN in the test makes the result NaN.
 */
public final class OutputError {
  private final RatioOfSums ratio = RatioOfSums.mean(AgreementMetrics.OUTPUT_ERROR);

  /** Adds a batch, both outputs without copies of samples. */
  public void accept(Batch batch, Tensor reference, Tensor test) {
    ValidRows valid = new ValidRows(batch);
    float[] expected = Elements.toFloats(reference);
    float[] actual = Elements.toFloats(test);
    if (!valid.isPerSample(reference)) {
      add(expected, actual);
      return;
    }
    for (int s = 0; s < reference.dim(0); s++) {
      add(valid.sample(reference, expected, s), valid.sample(test, actual, s));
    }
  }

  private void add(float[] expected, float[] actual) {
    double noise = 0;
    double signal = 0;
    for (int i = 0; i < expected.length; i++) {
      double reference = expected[i];
      // Masked logits are infinite in both, or left out where only the float model has them.
      if (Double.isFinite(reference)) {
        double error = reference - actual[i];
        noise += error * error;
        signal += reference * reference;
      }
    }
    ratio.add(noise, signal);
  }

  /** The error over the samples so far. */
  public SampledMetric metric() {
    return ratio;
  }
}

package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.result.metric.AgreementMetrics;
import dev.tailgate.stats.metric.OutputNoise;

/**
 * How far an output is from that of the float model, sample by sample; see {@link OutputNoise}.
 * Positions of padding do not count. Where the first axis of the output is not the batch, a batch
 * counts as one sample.
 */
public final class OutputError {
  private final OutputNoise noise = new OutputNoise(AgreementMetrics.OUTPUT_ERROR);

  /** Adds a batch, both outputs without copies of samples. */
  public void accept(Batch batch, Tensor reference, Tensor test) {
    ValidRows valid = new ValidRows(batch);
    float[] expected = Elements.toFloats(reference);
    float[] actual = Elements.toFloats(test);
    if (!valid.isPerSample(reference)) {
      noise.accept(expected, actual);
      return;
    }
    for (int s = 0; s < reference.dim(0); s++) {
      noise.accept(
          batch.index(s), valid.sample(reference, expected, s), valid.sample(test, actual, s));
    }
  }

  /** The error over the samples so far. */
  public OutputNoise metric() {
    return noise;
  }
}

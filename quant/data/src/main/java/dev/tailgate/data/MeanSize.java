package dev.tailgate.data;

import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.Iterator;

/**
 * What a sample of a set takes of a budget: tokens where the model reads them, and values of its
 * main input otherwise. The mean over {@value #LOOKED_AT} rows that are drawn by seed.
 */
record MeanSize(ModelInputs inputs, SampleSet set, long seed) implements Amount.SampleSize {
  private static final int LOOKED_AT = 64;

  @Override
  public boolean isTokens() {
    return inputs.tokenIds().isPresent();
  }

  @Override
  public double mean() {
    long[] rows = SampleOrder.choose(set.size(), LOOKED_AT, true, seed, Shard.WHOLE);
    Arrays.sort(rows);
    double sum = 0;
    Iterator<Sample> samples = set.read(rows);
    for (int i = 0; i < rows.length && samples.hasNext(); i++) {
      sum += size(samples.next());
    }
    return rows.length == 0 ? 1 : sum / rows.length * set.group();
  }

  private double size(Sample sample) {
    if (isTokens() && sample.tokens() > 0) {
      return sample.tokens();
    }
    return inputs
        .primary()
        .map(InputLayout::name)
        .map(sample.inputs()::get)
        .map(Tensor::elementCount)
        .orElse(1);
  }
}

package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.data.Pooling;
import dev.tailgate.data.Scoring;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import java.util.Map;

/**
 * One vector a sample, of length 1: an output {@code [B, D]} as it is, one of {@code [B, T, D]}
 * pooled over the tokens that are no padding. A vector of zeros stays one.
 *
 * <p>Source of the average: N. Reimers, I. Gurevych (2019), arXiv 1908.10084.
 */
final class Embeddings {
  /** What vectors are made of. */
  record Source(String output, Pooling pooling) {
    /** As {@code scoring} has it. */
    static Source of(Scoring scoring, ModelOutputs outputs) {
      return new Source(scoring.embedding(outputs), scoring.used());
    }
  }

  private Embeddings() {}

  /** The vectors of a batch. */
  static double[][] of(Source source, Batch batch, Map<String, Tensor> outputs) {
    String output = source.output();
    Tensor tensor = Predictions.output(output, batch, outputs);
    ValidRows valid = new ValidRows(batch);
    if (tensor.rank() < 2 || tensor.rank() > 3 || !valid.isPerSample(tensor)) {
      throw DataException.doing("reading embeddings off " + output)
          .expected("[batch, width] or [batch, tokens, width]")
          .found(tensor.toString())
          .fix("Ask for --task agreement.");
    }
    float[] values = Elements.toFloats(tensor);
    int width = (int) tensor.dim(-1);
    double[][] vectors = new double[batch.samples()][];
    for (int s = 0; s < vectors.length; s++) {
      float[] rows = valid.sample(tensor, values, s);
      vectors[s] = unit(pooled(rows, width, tensor.rank() == 2 ? Pooling.MEAN : source.pooling()));
    }
    return vectors;
  }

  /** Up to its length; of no tokens, zeros. */
  private static double[] pooled(float[] rows, int width, Pooling pooling) {
    double[] vector = new double[width];
    int first = pooling == Pooling.LAST ? Math.max(0, rows.length - width) : 0;
    int last = pooling == Pooling.CLS ? Math.min(rows.length, width) : rows.length;
    for (int i = first; i < last; i++) {
      double before = vector[i % width];
      boolean isLargest = pooling == Pooling.MAX && i >= width;
      vector[i % width] = isLargest ? Math.max(before, rows[i]) : before + rows[i];
    }
    return vector;
  }

  private static double[] unit(double[] vector) {
    double square = 0;
    for (double x : vector) {
      square += x * x;
    }
    double norm = Math.sqrt(square);
    for (int i = 0; norm > 0 && i < vector.length; i++) {
      vector[i] /= norm;
    }
    return vector;
  }

  /** The cosine of two unit vectors. */
  static double cosine(double[] one, double[] other) {
    // Four sums do not wait for each other.
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i + 3 < one.length; i += 4) {
      a += one[i] * other[i];
      b += one[i + 1] * other[i + 1];
      c += one[i + 2] * other[i + 2];
      d += one[i + 3] * other[i + 3];
    }
    for (; i < one.length; i++) {
      a += one[i] * other[i];
    }
    return a + b + (c + d);
  }
}

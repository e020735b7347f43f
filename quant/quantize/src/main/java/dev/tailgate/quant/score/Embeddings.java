package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import java.util.Map;

/**
 * One vector a sample, of length 1: an output {@code [B, D]} as it is, one of {@code [B, T, D]}
 * averaged over the tokens that are no padding. A vector of zeros stays one.
 *
 * <p>Source of the average: N. Reimers, I. Gurevych (2019), arXiv 1908.10084.
 */
final class Embeddings {
  private Embeddings() {}

  /** The vectors of a batch. */
  static double[][] of(String output, Batch batch, Map<String, Tensor> outputs) {
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
      vectors[s] = unit(mean(valid.sample(tensor, values, s), width));
    }
    return vectors;
  }

  private static double[] mean(float[] rows, int width) {
    double[] mean = new double[width];
    for (int i = 0; i < rows.length; i++) {
      mean[i % width] += rows[i];
    }
    return mean;
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

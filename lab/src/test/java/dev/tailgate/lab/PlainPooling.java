package dev.tailgate.lab;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.model.hopfield.Separation;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The classifier of bags in doubles, vector by vector. */
final class PlainPooling {
  private PlainPooling() {}

  static double[] logits(Classifier shape, Map<String, Tensor> weights, double[][] bag) {
    int hidden = shape.hidden();
    double[][] keys = new double[bag.length][];
    double[][] values = new double[bag.length][];
    for (int s = 0; s < bag.length; s++) {
      double[] h = times(bag[s], weights, "hidden.weight", hidden);
      add(h, weights, "hidden.bias");
      h = norm(h, weights);
      keys[s] = times(h, weights, "pooling.key.weight", hidden);
      values[s] = times(keys[s], weights, "pooling.value.weight", hidden);
    }
    double[] pooled = new double[hidden];
    int size = hidden / shape.heads();
    for (int head = 0; head < shape.heads(); head++) {
      double[] p = shares(shape, weights, keys, head * size, size);
      for (int s = 0; s < bag.length; s++) {
        for (int c = head * size; c < (head + 1) * size; c++) {
          pooled[c] += p[s] * values[s][c];
        }
      }
    }
    double[] logits = times(pooled, weights, "head.weight", 2);
    add(logits, weights, "head.bias");
    return logits;
  }

  private static double[] shares(
      Classifier shape, Map<String, Tensor> weights, double[][] keys, int from, int size) {
    double[] p = new double[keys.length];
    Optional<Separation> pooling = shape.pooling();
    float[] query = pooling.isPresent() ? values(weights, "pooling.queries") : new float[0];
    double sum = pooling.equals(Optional.of(Separation.SOFTMAX1)) ? 1 : 0;
    for (int s = 0; s < p.length; s++) {
      double z = 0;
      for (int c = from; c < from + size && pooling.isPresent(); c++) {
        z += query[c] * keys[s][c] / Math.sqrt(size);
      }
      p[s] = Math.exp(z);
      sum += p[s];
    }
    for (int s = 0; s < p.length; s++) {
      p[s] /= sum;
    }
    return p;
  }

  private static double[] norm(double[] x, Map<String, Tensor> weights) {
    double mean = 0;
    double square = 0;
    for (double each : x) {
      mean += each / x.length;
    }
    for (double each : x) {
      square += (each - mean) * (each - mean) / x.length;
    }
    float[] gain = values(weights, "norm.weight");
    float[] shift = values(weights, "norm.bias");
    double[] normed = new double[x.length];
    for (int c = 0; c < x.length; c++) {
      double each = (x[c] - mean) / Math.sqrt(square + 1e-5) * gain[c] + shift[c];
      normed[c] = Math.max(0, each);
    }
    return normed;
  }

  private static double[] times(double[] x, Map<String, Tensor> weights, String name, int out) {
    float[] matrix = values(weights, name);
    double[] y = new double[out];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < out; j++) {
        y[j] += x[i] * matrix[i * out + j];
      }
    }
    return y;
  }

  private static void add(double[] x, Map<String, Tensor> weights, String name) {
    float[] bias = values(weights, name);
    for (int i = 0; i < x.length; i++) {
      x[i] += bias[i];
    }
  }

  private static float[] values(Map<String, Tensor> weights, String name) {
    return Objects.requireNonNull(weights.get(name), name).toFloats();
  }
}

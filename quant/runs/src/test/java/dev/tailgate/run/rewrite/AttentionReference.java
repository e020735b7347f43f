package dev.tailgate.run.rewrite;

/**
 * Attention in double precision, written from the formula: {@code p_ts = exp(z_ts) / (exp(s_h) +
 * sum_j exp(z_tj))} with {@code z = cap(scale q k) + mask}, without {@code exp(s_h)} where there is
 * no sink. A row whose keys are all masked gives 0 beside a sink.
 *
 * @param kvHeads heads of keys and values; each serves {@code heads / kvHeads} heads of queries
 */
record AttentionReference(
    int batch, int heads, int kvHeads, int queries, int keys, int width, int valueWidth) {

  /** What is added to a score; minus infinity hides the key. */
  interface Mask {
    double of(int batch, int head, int query, int key);
  }

  static final Mask NONE = (b, h, t, s) -> 0;

  /** The same with as many heads of keys as of queries, and values as wide as keys. */
  AttentionReference(int batch, int heads, int queries, int keys, int width) {
    this(batch, heads, heads, queries, keys, width, width);
  }

  /** Hides keys behind the query, where {@code past} keys come before those of the queries. */
  static Mask causal(int past) {
    return (b, h, t, s) -> s > past + t ? Double.NEGATIVE_INFINITY : 0;
  }

  /**
   * The context {@code [B, H, T, Dv]}.
   *
   * @param q {@code [B, H, T, Dh]}
   * @param k {@code [B, Hkv, S, Dh]}
   * @param v {@code [B, Hkv, S, Dv]}
   * @param sinks a logit for each head, or none
   */
  double[] context(double[] q, double[] k, double[] v, double softcap, Mask mask, double... sinks) {
    double[] context = new double[batch * heads * queries * valueWidth];
    for (int b = 0; b < batch; b++) {
      for (int h = 0; h < heads; h++) {
        for (int t = 0; t < queries; t++) {
          int kv = (b * kvHeads + h / (heads / kvHeads)) * keys;
          int row = (b * heads + h) * queries + t;
          double[] z = new double[keys];
          for (int s = 0; s < keys; s++) {
            double dot = 0;
            for (int d = 0; d < width; d++) {
              dot += q[row * width + d] * k[(kv + s) * width + d];
            }
            double score = dot / Math.sqrt(width);
            z[s] =
                (softcap > 0 ? softcap * Math.tanh(score / softcap) : score) + mask.of(b, h, t, s);
          }
          double[] p = probabilities(z, sinks.length == 0 ? Double.NEGATIVE_INFINITY : sinks[h]);
          for (int s = 0; s < keys; s++) {
            for (int d = 0; d < valueWidth; d++) {
              context[row * valueWidth + d] += p[s] * v[(kv + s) * valueWidth + d];
            }
          }
        }
      }
    }
    return context;
  }

  private static double[] probabilities(double[] z, double sink) {
    double max = sink;
    for (double score : z) {
      max = Math.max(max, score);
    }
    double sum = Math.exp(sink - max);
    double[] p = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      p[i] = Math.exp(z[i] - max);
      sum += p[i];
    }
    for (int i = 0; i < z.length; i++) {
      p[i] /= sum;
    }
    return p;
  }

  /** {@code [B, T, H * D]} to {@code [B, H, T, D]}. */
  static double[] split(double[] hidden, int batch, int rows, int heads) {
    return swap(hidden, batch, rows, heads);
  }

  /** {@code [B, H, T, D]} to {@code [B, T, H * D]}. */
  static double[] merge(double[] perHead, int batch, int rows, int heads) {
    return swap(perHead, batch, heads, rows);
  }

  /** {@code [n, a, b, D]} to {@code [n, b, a, D]}. */
  private static double[] swap(double[] values, int n, int a, int b) {
    int width = values.length / (n * a * b);
    double[] swapped = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int d = i % width;
      int second = i / width % b;
      int first = i / (width * b) % a;
      int outer = i / (width * b * a);
      swapped[((outer * b + second) * a + first) * width + d] = values[i];
    }
    return swapped;
  }

  /** {@code past} in front of {@code own} along the rows of {@code [groups, rows, width]}. */
  static double[] join(double[] past, double[] own, int groups) {
    double[] joined = new double[past.length + own.length];
    int a = past.length / groups;
    int b = own.length / groups;
    for (int g = 0; g < groups; g++) {
      System.arraycopy(past, g * a, joined, g * (a + b), a);
      System.arraycopy(own, g * b, joined, g * (a + b) + a, b);
    }
    return joined;
  }
}

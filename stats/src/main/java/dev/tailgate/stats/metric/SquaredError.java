package dev.tailgate.stats.metric;

/**
 * Squares of an output and of its error, {@code sum ref^2} and {@code sum (ref - test)^2}, float32
 * in, doubles inside. What a pair of values says is decided here, for every metric that is made of
 * these sums.
 *
 * <p>Edges: a pair counts where the reference is finite. Where it is NaN or infinite, as masked
 * logits are meant to be, the pair says nothing of the other model and is {@code skipped}, whatever
 * the test is. Where the reference is finite and the test is NaN or infinite, the pair is {@code
 * broken}: the error is no number, and no metric made of it has a value. Squares of float32 do not
 * overflow.
 *
 * @param signal sum of the reference's squares over pairs that are neither skipped nor broken
 * @param noise sum of the error's squares over the same
 * @param elements how many those are
 * @param skipped pairs whose reference is not finite
 * @param broken pairs whose reference is finite and whose test is not
 */
record SquaredError(double signal, double noise, long elements, long skipped, long broken) {
  /** Of the elements {@code [from, to)}. */
  static SquaredError of(String metric, float[] reference, float[] test, int from, int to) {
    Pairing.require(metric, reference, test, from, to);
    double signal = 0;
    double noise = 0;
    long skipped = 0;
    long broken = 0;
    for (int i = from; i < to; i++) {
      double ref = reference[i];
      double error = ref - test[i];
      // The difference is finite exactly where both are: finite floats cannot overflow it.
      if (Double.isFinite(error)) {
        signal += ref * ref;
        noise += error * error;
      } else if (Double.isFinite(ref)) {
        broken++;
      } else {
        skipped++;
      }
    }
    return new SquaredError(signal, noise, to - from - skipped - broken, skipped, broken);
  }
}

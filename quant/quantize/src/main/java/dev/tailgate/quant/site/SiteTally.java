package dev.tailgate.quant.site;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import java.util.Optional;
import java.util.OptionalDouble;

/** Accumulates what {@link SiteCheck} says of one site; holds sums, no tensors. */
final class SiteTally {
  /**
   * Of larger scores, a part of the rows is compared: sequences of thousands would take minutes.
   */
  private static final long COMPARED_ELEMENTS = 1L << 22;

  private double maxDifference;
  private boolean compared;
  private long rows;
  private double mass;
  private long massRows;
  private long zeros;
  private long ones;
  private long elements;
  private double gate;
  private long gates;

  /** Adds probabilities and, where the normaliser is known, compares them with the reference. */
  void accept(Batch batch, Tensor scores, Tensor probs, Optional<NormaliserSpec> reference) {
    ScoreRows layout = ScoreRows.of(probs.shape(), batch);
    int keys = Math.toIntExact(probs.dim(-1));
    Elements.Reader given = Elements.reader(scores);
    Elements.Reader made = Elements.reader(probs);
    double[] expected = new double[keys];
    double[] actual = new double[keys];
    int stride = stride((long) layout.count() * keys);
    for (int row = 0; row < layout.count(); row += stride) {
      rows++;
      for (int key = 0; key < keys; key++) {
        expected[key] = given.get(row * keys + key);
        actual[key] = made.get(row * keys + key);
      }
      if (reference.isPresent()) {
        reference.get().normalise(expected, layout.head(row, reference.get().heads()));
        compare(expected, actual);
      }
      if (layout.counts(row)) {
        count(actual);
      }
    }
  }

  /** Odd, so that over the heads and sequences of a batch other queries are looked at. */
  private static int stride(long elements) {
    return Math.toIntExact(elements / COMPARED_ELEMENTS) | 1;
  }

  /** Compares two values of the same shape that should be equal. */
  void compare(Tensor expected, Tensor actual) {
    Elements.Reader one = Elements.reader(expected);
    Elements.Reader other = Elements.reader(actual);
    for (int i = 0; i < expected.elementCount(); i++) {
      difference(one.get(i), other.get(i));
    }
    compared |= expected.elementCount() > 0;
  }

  private void compare(double[] expected, double[] actual) {
    for (int i = 0; i < expected.length; i++) {
      difference(expected[i], actual[i]);
    }
    compared |= expected.length > 0;
  }

  private void difference(double expected, double actual) {
    if (Double.isNaN(expected) || Double.isNaN(actual)) {
      boolean both = Double.isNaN(expected) && Double.isNaN(actual);
      maxDifference = both ? maxDifference : Double.POSITIVE_INFINITY;
    } else if (expected != actual) {
      maxDifference = Math.max(maxDifference, Math.abs(expected - actual));
    }
  }

  private void count(double[] probs) {
    double sum = 0;
    for (double p : probs) {
      sum += p;
      zeros += p == 0 ? 1 : 0;
      ones += p == 1 ? 1 : 0;
    }
    elements += probs.length;
    if (!Double.isNaN(sum)) {
      mass += 1 - sum;
      massRows++;
    }
  }

  /**
   * Adds gate values; tokens of padding are left out where the first axis is {@code B*T}, as in
   * {@code [B*T, H, 1]}, or the first two are {@code [B, T]}.
   */
  void acceptGate(Batch batch, Tensor values) {
    Optional<Elements.Reader> valid = batch.mask().map(Elements::reader);
    int tokens = batch.mask().map(Tensor::elementCount).orElse(1);
    boolean byToken = batch.mask().isPresent() && isByToken(values, batch.mask().get());
    int perToken = byToken ? values.elementCount() / tokens : 1;
    Elements.Reader reader = Elements.reader(values);
    Tensor own = batch.withoutCopies(values);
    for (int i = 0; i < own.elementCount(); i++) {
      if (!byToken || valid.orElseThrow().get(i / perToken) != 0) {
        gate += reader.get(i);
        gates++;
      }
    }
  }

  private static boolean isByToken(Tensor values, Tensor mask) {
    boolean flat = values.rank() > 0 && values.dim(0) == mask.elementCount();
    boolean apart =
        values.rank() > 2
            && mask.rank() == 2
            && values.dim(0) == mask.dim(0)
            && values.dim(1) == mask.dim(1);
    return flat || apart;
  }

  /** The sums so far as means. */
  SiteCheck check(int number, String id, String note) {
    return new SiteCheck(
        number,
        id,
        compared ? OptionalDouble.of(maxDifference) : OptionalDouble.empty(),
        mean(mass, massRows),
        mean((double) zeros, elements),
        mean((double) ones, elements),
        mean(gate, gates),
        rows,
        note);
  }

  private static OptionalDouble mean(double sum, long count) {
    return count == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / count);
  }
}

package dev.tailgate.quant.scheme;

import dev.tailgate.stats.Range;
import java.util.Locale;

/**
 * How tensors of one kind are quantized: number format, symmetry, granularity. What is not sensible
 * does not construct.
 *
 * @param format the numbers
 * @param symmetric whether the range is made symmetric about 0, which fixes the zero point: 0 for
 *     signed formats, the middle of the grid for unsigned ones, 0 where no value is negative
 * @param signByRange papers' weights: a tensor without negative values takes the unsigned format of
 *     the same width, with zero point 0
 * @param granularity what shares a scale
 */
public record TensorScheme(
    NumberFormat format, boolean symmetric, boolean signByRange, Granularity granularity) {

  /** Refuses floats with a zero point and signs that the range cannot decide. */
  public TensorScheme {
    if (!symmetric && !format.isUniform()) {
      throw new IllegalArgumentException("Float formats have no zero point: they are symmetric");
    }
    if (signByRange && !(symmetric && format.unsigned().isPresent())) {
      throw new IllegalArgumentException(
          "Only symmetric signed integers can take their sign from the range");
    }
  }

  /** Symmetric signed integers, unsigned where a tensor has no negative value. */
  public static TensorScheme papersWeights(int bits, Granularity granularity) {
    return new TensorScheme(new IntegerFormat(bits, true), true, true, granularity);
  }

  /** Asymmetric unsigned integers, one scale a tensor. */
  public static TensorScheme papersActivations(int bits) {
    return new TensorScheme(
        new IntegerFormat(bits, false), false, false, new Granularity.PerTensor());
  }

  /**
   * Reads {@code FORMAT[:sym|asym][:tensor|channel|block=N|token|dynamic]}. Signed formats and
   * floats are symmetric unless told otherwise, unsigned ones asymmetric; the granularity is {@code
   * tensor}.
   *
   * @throws IllegalArgumentException for anything else, and for what does not go together
   */
  public static TensorScheme parse(String text) {
    String[] parts = text.toLowerCase(Locale.ROOT).split(":", -1);
    NumberFormat format = NumberFormat.parse(parts[0]);
    boolean symmetric = format.lowest() < 0;
    Granularity granularity = new Granularity.PerTensor();
    for (int i = 1; i < parts.length; i++) {
      switch (parts[i]) {
        case "sym" -> symmetric = true;
        case "asym" -> symmetric = false;
        case "tensor" -> granularity = new Granularity.PerTensor();
        case "channel" -> granularity = new Granularity.PerChannel();
        case "token" -> granularity = new Granularity.PerToken();
        case "dynamic" -> granularity = new Granularity.Dynamic();
        default -> granularity = block(parts[i], text);
      }
    }
    return new TensorScheme(format, symmetric, false, granularity);
  }

  private static Granularity block(String part, String text) {
    if (!part.matches("block=\\d{1,6}")) {
      throw new IllegalArgumentException(
          "Expected sym, asym, tensor, channel, block=N, token or dynamic after a colon, found '"
              + part
              + "' in '"
              + text
              + "'");
    }
    return new Granularity.PerBlock(Integer.parseInt(part.substring("block=".length())));
  }

  /**
   * The scheme with its sign settled by {@code range}, that of the whole tensor: channels of one
   * tensor have one format.
   */
  public TensorScheme signedFor(Range range) {
    if (!signByRange) {
      return this;
    }
    NumberFormat settled = range.min() >= 0 ? format.unsigned().orElseThrow() : format;
    return new TensorScheme(settled, true, false, granularity);
  }

  /** The same with another granularity. */
  public TensorScheme with(Granularity other) {
    return new TensorScheme(format, symmetric, signByRange, other);
  }

  /** In the form {@link #parse} reads; a sign that the range decides is not part of it. */
  public String label() {
    return format.label() + ":" + (symmetric ? "sym" : "asym") + ":" + granularity.label();
  }

  /** In words, for reports. */
  public String inWords() {
    String scale =
        granularity instanceof Granularity.PerBlock block
            ? "per block of " + block.size()
            : granularity instanceof Granularity.Dynamic
                ? "per tensor and run"
                : "per " + granularity.label();
    String numbers =
        signByRange ? format.bits() + " bit, signed where a value is negative" : format.inWords();
    return numbers + (symmetric ? ", symmetric, " : ", asymmetric, ") + scale;
  }
}

package dev.tailgate.quant.scheme;

/** Which elements of a tensor share a scale and a zero point. */
public sealed interface Granularity {
  /** Spelling on the command line and in results. */
  String label();

  /** Whether it is found in every run rather than before the first. */
  default boolean isFoundInRuns() {
    return this instanceof Dynamic || this instanceof PerToken;
  }

  /** All of them. */
  record PerTensor() implements Granularity {
    @Override
    public String label() {
      return "tensor";
    }
  }

  /** Those of one output channel of a weight; in an embedding, of one row. */
  record PerChannel() implements Granularity {
    @Override
    public String label() {
      return "channel";
    }
  }

  /**
   * {@code size} consecutive ones along the axis a weight is summed over; the last block may be
   * shorter.
   */
  record PerBlock(int size) implements Granularity {
    /** Refuses blocks of less than two elements, whose scales would outweigh them. */
    public PerBlock {
      if (size < 2) {
        throw new IllegalArgumentException("A block has 2 elements at least, found " + size);
      }
    }

    @Override
    public String label() {
      return "block=" + size;
    }
  }

  /** All of them, found anew in every run: what else is in the batch matters. */
  record Dynamic() implements Granularity {
    @Override
    public String label() {
      return "dynamic";
    }
  }

  /** Those of one row, the last axis, of an activation; found anew in every run. */
  record PerToken() implements Granularity {
    @Override
    public String label() {
      return "token";
    }
  }
}

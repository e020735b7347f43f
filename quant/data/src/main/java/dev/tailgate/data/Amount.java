package dev.tailgate.data;

/** How much of the data is wanted. A pair of texts is one sample, which runs as two rows. */
public sealed interface Amount {
  /** Samples that are made up where none are asked for by number. */
  int MADE_UP = 64;

  /**
   * So many samples, or all where there are fewer.
   *
   * @param samples at least 1
   */
  record Count(int samples) implements Amount {
    /** Refuses counts below 1. */
    public Count {
      DataRequest.requirePositive("samples", samples);
    }
  }

  /**
   * So many rows of a run, or all where there are fewer; of pairs half as many.
   *
   * @param rows at least 1
   */
  record Rows(int rows) implements Amount {
    /** Refuses counts below 1. */
    public Rows {
      DataRequest.requirePositive("samples", rows);
    }
  }

  /**
   * All samples that together are no more than this, by their mean size, and at least {@link
   * #FEWEST} of large ones.
   *
   * @param tokens for models that read tokens
   * @param values of the main input of others
   */
  record Budget(long tokens, long values) implements Amount {
    /** Fewer say little, however large they are. */
    static final int FEWEST = 16;

    /**
     * Small sets whole, and of large ones what keeps an audit of a model of BERT's size within
     * minutes: the 2758 sentences of the STS benchmark are 42 thousand tokens, 5461 pictures of 3 x
     * 32 x 32 are 2^24 values, and so are 111 of 3 x 224 x 224.
     */
    public static final Budget DEFAULT = new Budget(1 << 16, 1 << 24);

    /** A part of it, for what runs models hundreds of times. */
    public static final Budget SMALL = new Budget(1 << 13, 1 << 22);
  }

  /** So many samples. */
  static Amount of(int samples) {
    return new Count(samples);
  }

  /**
   * The samples that are wanted of a set.
   *
   * @param group rows of a sample
   * @param size what a sample takes of a budget; asked only where there is one
   */
  default long samples(int group, SampleSize size) {
    if (this instanceof Count count) {
      return count.samples();
    }
    if (this instanceof Rows rows) {
      return (rows.rows() + group - 1L) / group;
    }
    Budget budget = (Budget) this;
    double each = size.mean();
    return Math.max(
        Budget.FEWEST,
        (long) ((size.isTokens() ? budget.tokens() : budget.values()) / Math.max(each, 1)));
  }

  /** What one sample of a set takes of a budget. */
  interface SampleSize {
    /** One value, for what has no size. */
    SampleSize ONE = of(1, false);

    /** A size that is known. */
    static SampleSize of(double mean, boolean isTokens) {
      return new SampleSize() {
        @Override
        public boolean isTokens() {
          return isTokens;
        }

        @Override
        public double mean() {
          return mean;
        }
      };
    }

    /** Whether it is counted in tokens. */
    boolean isTokens();

    /** Tokens, or values of the main input, of a sample in the mean. */
    double mean();
  }
}

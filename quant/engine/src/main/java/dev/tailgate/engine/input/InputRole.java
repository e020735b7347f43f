package dev.tailgate.engine.input;

/** What a model input is for, and so which made-up values are valid for it. */
public sealed interface InputRole {
  /**
   * One made-up element.
   *
   * @param position index along the last axis
   * @param random the stream of the sample; elements are asked for in row-major order
   */
  double value(long position, SampleRandom random);

  /** Whether there is one element for each token: ids, segments, positions and masks. */
  default boolean isTokenWise() {
    return this instanceof TokenIds
        || this instanceof TokenTypes
        || this instanceof PositionIds
        || this instanceof Mask;
  }

  /** Indices into an embedding table of {@code vocabulary} rows, drawn uniformly. */
  record TokenIds(int vocabulary) implements InputRole {
    @Override
    public double value(long position, SampleRandom random) {
      return random.nextInt(vocabulary);
    }
  }

  /** Segment numbers, all 0, which every table has. */
  record TokenTypes() implements InputRole {
    @Override
    public double value(long position, SampleRandom random) {
      return 0;
    }
  }

  /** 0, 1, 2, ... along the last axis. */
  record PositionIds() implements InputRole {
    @Override
    public double value(long position, SampleRandom random) {
      return position;
    }
  }

  /**
   * Ones (true): nothing is masked, but a past of fixed length, which is made up of zeros.
   *
   * @param hidden leading positions along the last axis that are 0
   */
  record Mask(int hidden) implements InputRole {
    /** Nothing is masked. */
    public Mask() {
      this(0);
    }

    @Override
    public double value(long position, SampleRandom random) {
      return position < hidden ? 0 : 1;
    }
  }

  /** Keys and values of earlier tokens: zeros, and of length 0 where the model allows it. */
  record PastState() implements InputRole {
    @Override
    public double value(long position, SampleRandom random) {
      return 0;
    }
  }

  /** The same number everywhere: a length, a scale, a count. */
  record Scalar(double number) implements InputRole {
    @Override
    public double value(long position, SampleRandom random) {
      return number;
    }
  }

  /** Pixels after the usual normalisation, drawn from N(0, 1). */
  record Pixels() implements InputRole {
    @Override
    public double value(long position, SampleRandom random) {
      return random.nextGaussian();
    }
  }

  /** Real numbers drawn from N(0, 1). */
  record Noise() implements InputRole {
    @Override
    public double value(long position, SampleRandom random) {
      return random.nextGaussian();
    }
  }

  /** Integers drawn uniformly from [low, high], for inputs that are quantized already. */
  record Levels(int low, int high) implements InputRole {
    @Override
    public double value(long position, SampleRandom random) {
      return low + random.nextInt(high - low + 1);
    }
  }
}

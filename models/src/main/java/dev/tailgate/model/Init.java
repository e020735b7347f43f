package dev.tailgate.model;

import java.util.SplittableRandom;

/** How the elements of a weight begin. */
public sealed interface Init {
  /** The value of the next element. */
  double next(SplittableRandom random);

  /** Normal with mean 0 and this standard deviation. */
  record Normal(double deviation) implements Init {
    @Override
    public double next(SplittableRandom random) {
      return deviation * random.nextGaussian();
    }
  }

  /** Uniform in {@code [-bound, bound)}. */
  record Uniform(double bound) implements Init {
    @Override
    public double next(SplittableRandom random) {
      return bound * (2 * random.nextDouble() - 1);
    }
  }

  /** One value everywhere. */
  record Constant(double value) implements Init {
    @Override
    public double next(SplittableRandom random) {
      return value;
    }
  }

  /** What a linear map of so many inputs begins with in PyTorch, weights and biases alike. */
  static Init fanIn(int inputs) {
    return new Uniform(1 / Math.sqrt(inputs));
  }
}

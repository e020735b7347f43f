package dev.tailgate.quant.weights;

/** How the range of a weight follows from its values. */
public sealed interface WeightRange {
  /** Spelling on the command line and in results. */
  String label();

  /** Smallest to largest value. */
  record MinMax() implements WeightRange {
    @Override
    public String label() {
      return "minmax";
    }
  }

  /**
   * The range whose grid has the least squared error, among {@code candidates} of them: {@code i /
   * candidates} times {@code max|w| + margin}, i from 1 on. The code of arXiv 2306.12929 has 100
   * candidates and a margin of 0.5. Symmetric grids cover it on both sides of 0, or on the right
   * alone where no value is negative; asymmetric ones shrink both ends by its ratio to {@code
   * max|w|}. Of equal errors the smallest range wins, and all-zero values are not searched.
   */
  record Mse(int candidates, double margin) implements WeightRange {
    /** Refuses searches without a candidate. */
    public Mse {
      if (candidates < 1 || !(margin >= 0) || Double.isInfinite(margin)) {
        throw new IllegalArgumentException(
            "MSE search over " + candidates + " candidates with margin " + margin);
      }
    }

    @Override
    public String label() {
      return margin == 0 ? "mse" : "mse_papers";
    }
  }

  /**
   * Reads a label.
   *
   * @throws IllegalArgumentException for anything but minmax, mse, mse_papers
   */
  static WeightRange parse(String text) {
    return switch (text) {
      case "minmax" -> new MinMax();
      case "mse" -> new Mse(100, 0);
      case "mse_papers" -> new Mse(100, 0.5);
      default -> throw new IllegalArgumentException("Unknown weight range " + text);
    };
  }
}

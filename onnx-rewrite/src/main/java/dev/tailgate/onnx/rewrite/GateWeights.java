package dev.tailgate.onnx.rewrite;

import java.util.Arrays;
import java.util.Random;

/**
 * Parameters of one site's gate. With {@code H} heads of width {@code Dh} in a hidden state of
 * width {@code D}:
 */
public sealed interface GateWeights {
  /** Number of heads. */
  int heads();

  /**
   * {@code sigmoid(x_h . weight_h + bias_h)}.
   *
   * @param weight {@code [H, width]}, row by row
   * @param bias {@code [H]}
   * @param width {@code Dh} for {@link GateKind#LINEAR}, {@code D} for {@link
   *     GateKind#ALL_HEADS_LINEAR}
   */
  record Linear(double[] weight, double[] bias, int width) implements GateWeights {
    /** Copies and checks the arrays. */
    public Linear {
      requireSize("weight", weight, (long) bias.length * width);
      weight = weight.clone();
      bias = bias.clone();
    }

    @Override
    public int heads() {
      return bias.length;
    }

    @Override
    public double[] weight() {
      return weight.clone();
    }

    @Override
    public double[] bias() {
      return bias.clone();
    }
  }

  /**
   * {@code sigmoid(relu(x_h first_h + firstBias_h) . second_h + secondBias_h)}.
   *
   * @param first {@code [H, Dh, n]}
   * @param firstBias {@code [H, n]}
   * @param second {@code [H, n]}
   * @param secondBias {@code [H]}
   * @param width {@code Dh}
   * @param hidden {@code n}
   */
  record Mlp(
      double[] first,
      double[] firstBias,
      double[] second,
      double[] secondBias,
      int width,
      int hidden)
      implements GateWeights {
    /** Copies and checks the arrays. */
    public Mlp {
      long heads = secondBias.length;
      requireSize("first layer", first, heads * width * hidden);
      requireSize("first bias", firstBias, heads * hidden);
      requireSize("second layer", second, heads * hidden);
      first = first.clone();
      firstBias = firstBias.clone();
      second = second.clone();
      secondBias = secondBias.clone();
    }

    @Override
    public int heads() {
      return secondBias.length;
    }

    @Override
    public double[] first() {
      return first.clone();
    }

    @Override
    public double[] firstBias() {
      return firstBias.clone();
    }

    @Override
    public double[] second() {
      return second.clone();
    }

    @Override
    public double[] secondBias() {
      return secondBias.clone();
    }
  }

  /**
   * A gate that starts at {@code spec.init()} for every input and can be trained: what multiplies
   * the hidden state is 0, the MLP's first layer is uniform in {@code +-1/sqrt(Dh)}.
   *
   * @param heads {@code H}
   * @param model {@code D}, a multiple of {@code H}
   */
  static GateWeights initial(GateSpec spec, int heads, int model) {
    int width = spec.kind() == GateKind.ALL_HEADS_LINEAR ? model : model / heads;
    double logit = Math.log(spec.init() / (1 - spec.init()));
    double[] bias = new double[heads];
    Arrays.fill(bias, logit);
    if (spec.kind() != GateKind.MLP) {
      return new Linear(new double[heads * width], bias, width);
    }
    int hidden = spec.hidden();
    Random random = new Random(spec.seed());
    double bound = 1 / Math.sqrt(width);
    double[] first = new double[Math.multiplyExact(Math.multiplyExact(heads, width), hidden)];
    for (int i = 0; i < first.length; i++) {
      first[i] = bound * (2 * random.nextDouble() - 1);
    }
    return new Mlp(
        first, new double[heads * hidden], new double[heads * hidden], bias, width, hidden);
  }

  private static void requireSize(String name, double[] values, long expected) {
    if (values.length != expected) {
      throw new IllegalArgumentException(
          "The gate's " + name + " needs " + expected + " numbers, found " + values.length);
    }
  }
}

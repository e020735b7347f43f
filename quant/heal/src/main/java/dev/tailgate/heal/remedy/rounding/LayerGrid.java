package dev.tailgate.heal.remedy.rounding;

import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.layer.Matrix;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The weights of one layer and the grid they are to be rounded to, output by output.
 *
 * <p>What is written back is a float matrix on the grid, from which min-max must find this very
 * grid again. So the elements that define a scale keep their float value: of each scale the one
 * with the largest magnitude for symmetric grids, the smallest and largest for others; of the whole
 * tensor the smallest, on which signs may depend. They stand for the number they round to, nothing
 * else of the scale goes beyond them, and the error that rounding makes in them is known to the
 * algorithms like any other.
 */
final class LayerGrid {
  private final Matrix weight;
  private final QuantParams params;
  private final boolean symmetric;
  private final boolean outFirst;
  private final float[] lows;
  private final float[] highs;
  private final BitSet pinned = new BitSet();

  /**
   * The grid of {@code layer}.
   *
   * @param weight {@code [in, out]}, finite
   * @param params laid out over the stored matrix
   * @param symmetric whether ranges are made symmetric about 0
   */
  LayerGrid(LinearLayer layer, Matrix weight, QuantParams params, boolean symmetric) {
    this(weight, params, symmetric, layer.turned() == layer.stored());
  }

  /** The same; {@code outFirst} tells whether the stored matrix is {@code [out, in]}. */
  LayerGrid(Matrix weight, QuantParams params, boolean symmetric, boolean outFirst) {
    this.weight = weight;
    this.params = params;
    this.symmetric = symmetric;
    this.outFirst = outFirst;
    this.lows = new float[params.count()];
    this.highs = new float[params.count()];
    pin();
  }

  int in() {
    return weight.rows();
  }

  int out() {
    return weight.columns();
  }

  /** The weight from {@code in} to {@code out}. */
  float weight(int in, int out) {
    return weight.at(in, out);
  }

  /** Which scale the weight has. */
  int scale(int in, int out) {
    int row = outFirst ? out : in;
    int column = outFirst ? in : out;
    if (params.layout() instanceof ScaleLayout.Axis axis) {
      return axis.axis() == 0 ? row : column;
    }
    if (params.layout() instanceof ScaleLayout.Blocks blocks) {
      int columns = Math.toIntExact(blocks.dims().get(1));
      return blocks.axis() == 0
          ? row / blocks.size() * columns + column
          : row * columns + column / blocks.size();
    }
    return 0;
  }

  /** Whether the element defines a scale. */
  boolean isPinned(int in, int out) {
    return pinned.get(out * in() + in);
  }

  private void pin() {
    int[] lowest = new int[params.count()];
    int[] highest = new int[params.count()];
    Arrays.fill(lowest, -1);
    Arrays.fill(highest, -1);
    int least = 0;
    for (int o = 0; o < out(); o++) {
      for (int i = 0; i < in(); i++) {
        int s = scale(i, o);
        int at = o * in() + i;
        lowest[s] = lowest[s] < 0 || value(at) < value(lowest[s]) ? at : lowest[s];
        highest[s] = highest[s] < 0 || value(at) > value(highest[s]) ? at : highest[s];
        least = value(at) < value(least) ? at : least;
      }
    }
    pinned.set(least);
    boolean unsigned = params.format().lowest() == 0;
    for (int s = 0; s < lows.length; s++) {
      float low = lowest[s] < 0 ? 0 : Math.min(0, value(lowest[s]));
      float high = highest[s] < 0 ? 0 : Math.max(0, value(highest[s]));
      float top = Math.max(-low, high);
      if (lowest[s] >= 0 && (!symmetric || -low == top || (unsigned && low < 0))) {
        pinned.set(lowest[s]);
      }
      if (highest[s] >= 0 && (!symmetric || high == top)) {
        pinned.set(highest[s]);
      }
      lows[s] = symmetric ? (unsigned && low == 0 ? 0 : -top) : low;
      highs[s] = symmetric ? top : high;
    }
  }

  private float value(int at) {
    return weight.at(at % in(), at / in());
  }

  /** The number of the grid nearest to {@code x}, half to even, within what the pins allow. */
  double code(double x, int in, int out) {
    int s = scale(in, out);
    float wanted = isPinned(in, out) ? weight.at(in, out) : (float) x;
    return params.quantize(Math.max(lows[s], Math.min(highs[s], wanted)), s);
  }

  /**
   * {@code code + step}, or {@code code} itself where the pins or the format allow no more; integer
   * formats only.
   */
  double neighbour(double code, int step, int in, int out) {
    int s = scale(in, out);
    double next = code + step;
    boolean beyond = next < params.quantize(lows[s], s) || next > params.quantize(highs[s], s);
    return beyond || isPinned(in, out) ? code : next;
  }

  /** What {@code code} stands for. */
  double real(double code, int in, int out) {
    int s = scale(in, out);
    return (float) (code - params.zeroPoint(s)) * params.scale(s);
  }

  /** Whether numbers are evenly spaced. */
  boolean hasIntegers() {
    return params.format().isUniform();
  }

  /** The matrix to write for {@code codes}, {@code [out, in]}. */
  void write(float[] codes, Matrix target) {
    for (int o = 0; o < out(); o++) {
      for (int i = 0; i < in(); i++) {
        int s = scale(i, o);
        double real = Math.max(lows[s], Math.min(highs[s], real(codes[o * in() + i], i, o)));
        target.set(i, o, isPinned(i, o) ? weight.at(i, o) : real);
      }
    }
  }
}

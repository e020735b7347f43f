package dev.tailgate.data.generated;

import dev.tailgate.engine.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * Variables with a daily and a half-daily season, levels that shift and fade, noise, and rare
 * events: now and then the first variable jumps for a moment, and every other one echoes the jump
 * after a lag of its own. Between events a head that looks for a jump finds nothing. All variables
 * are scaled to mean 0 and deviation 1 by the training part.
 */
public final class SeasonalSeries {
  private static final double FADING = 0.995;
  private static final int DAY = 24;

  /** Steps of 1/256 of a deviation, below any noise, keep stored windows small. */
  private static final double STEPS = 256;

  private static final int MOST = 1 << 26;

  private final Shape shape;
  private final int rows;
  private final double[][] season;
  private final double[][] level;
  private final double[] jumps;
  private final int[] lag;
  private final double[] gain;
  private final double[] mean;
  private final double[] deviation;
  private final float[][] scaled;

  /**
   * Sizes and rates of a series.
   *
   * @param eventRate jumps a row
   * @param eventSize the mean of a jump, which is between half and one and a half of it
   * @param shiftRate shifts of a variable's level a row
   * @param shiftSize deviation of a shift
   * @param noise deviation of the noise
   * @param tableSeed draws the series
   */
  public record Shape(
      int variables,
      int trainRows,
      int testRows,
      double eventRate,
      double eventSize,
      double shiftRate,
      double shiftSize,
      double noise,
      long tableSeed) {}

  private SeasonalSeries(Shape shape, int horizon) {
    SplittableRandom random = new SplittableRandom(shape.tableSeed());
    this.shape = shape;
    this.rows = shape.trainRows() + shape.testRows();
    int variables = shape.variables();
    this.season = new double[rows][variables];
    this.level = new double[rows][variables];
    this.jumps = new double[rows];
    this.lag = new int[variables];
    this.gain = new double[variables];
    for (int v = 0; v < variables; v++) {
      double daily = random.nextDouble(0.5, 1);
      double half = random.nextDouble(0.2, 0.5);
      double phase = random.nextDouble(0, 2 * Math.PI);
      double other = random.nextDouble(0, 2 * Math.PI);
      for (int t = 0; t < rows; t++) {
        double turn = 2 * Math.PI * t / DAY;
        season[t][v] = daily * Math.sin(turn + phase) + half * Math.sin(2 * turn + other);
      }
      // Lags of their own, 3 apart, that a history and a horizon hold.
      lag[v] = v == 0 ? 0 : 1 + 3 * v % Math.max(1, horizon);
      boolean isDown = random.nextBoolean();
      gain[v] = v == 0 ? 1 : random.nextDouble(0.5, 1) * (isDown ? -1 : 1);
    }
    for (int t = 0; t < rows; t++) {
      boolean isEvent = random.nextDouble() < shape.eventRate();
      double size = random.nextDouble(0.5, 1.5) * shape.eventSize();
      jumps[t] = isEvent ? size : 0;
    }
    for (int t = 0; t < rows; t++) {
      for (int v = 0; v < variables; v++) {
        boolean isShift = random.nextDouble() < shape.shiftRate();
        double shift = random.nextGaussian() * shape.shiftSize();
        level[t][v] = (t == 0 ? 0 : FADING * level[t - 1][v]) + (isShift ? shift : 0);
      }
    }
    double[][] raw = new double[rows][variables];
    for (int t = 0; t < rows; t++) {
      for (int v = 0; v < variables; v++) {
        raw[t][v] = season[t][v] + level[t][v] + echo(t, v) + shape.noise() * random.nextGaussian();
      }
    }
    this.mean = new double[variables];
    this.deviation = new double[variables];
    this.scaled = new float[rows][variables];
    scale(raw);
  }

  static SeasonalSeries of(Shape shape, int horizon) {
    boolean isWhole = shape.variables() > 0 && shape.trainRows() > 1 && shape.testRows() > 0;
    long numbers = ((long) shape.trainRows() + shape.testRows()) * shape.variables();
    if (!isWhole || numbers > MOST) {
      throw new IllegalArgumentException(
          "expected a series with rows and variables, " + MOST + " numbers at most");
    }
    boolean isRate = isPart(shape.eventRate()) && isPart(shape.shiftRate());
    boolean isSize = isSize(shape.eventSize()) && isSize(shape.shiftSize());
    if (!isRate || !isSize || !isSize(shape.noise())) {
      throw new IllegalArgumentException(
          "expected rates from 0 to 1, and sizes of events, shifts and noise from 0 on");
    }
    return new SeasonalSeries(shape, horizon);
  }

  private void scale(double[][] raw) {
    int train = shape.trainRows();
    for (int v = 0; v < mean.length; v++) {
      double sum = 0;
      double squares = 0;
      for (int t = 0; t < train; t++) {
        sum += raw[t][v];
      }
      mean[v] = sum / train;
      for (int t = 0; t < train; t++) {
        squares += (raw[t][v] - mean[v]) * (raw[t][v] - mean[v]);
      }
      deviation[v] = Math.max(1e-12, Math.sqrt(squares / train));
      for (int t = 0; t < rows; t++) {
        double value = (raw[t][v] - mean[v]) / deviation[v];
        scaled[t][v] = (float) (Math.rint(value * STEPS) / STEPS);
      }
    }
  }

  private double echo(int t, int v) {
    return t < lag[v] ? 0 : gain[v] * jumps[t - lag[v]];
  }

  private static boolean isPart(double rate) {
    return rate >= 0 && rate <= 1;
  }

  private static boolean isSize(double size) {
    return size >= 0 && size < Double.POSITIVE_INFINITY;
  }

  Shape shape() {
    return shape;
  }

  int rows() {
    return rows;
  }

  /** Rows from {@code start} on, float32 {@code [length, variables]}. */
  Tensor window(int start, int length) {
    int variables = mean.length;
    float[] values = new float[length * variables];
    for (int t = 0; t < length; t++) {
      System.arraycopy(scaled[start + t], 0, values, t * variables, variables);
    }
    return Tensor.ofFloats(values, length, variables);
  }

  /** The error, in scaled units, of the best forecast from what is known at {@code now}. */
  double oracleError(int now, int horizon) {
    double sum = 0;
    for (int ahead = 1; ahead <= horizon; ahead++) {
      int t = now + ahead;
      for (int v = 0; v < mean.length; v++) {
        double expected = gain[v] * shape.eventRate() * shape.eventSize();
        double best =
            season[t][v]
                + level[now][v] * Math.pow(FADING, ahead)
                + (t - lag[v] <= now ? echo(t, v) : expected);
        double error = (best - mean[v]) / deviation[v] - scaled[t][v];
        sum += error * error;
      }
    }
    return sum / (horizon * (double) mean.length);
  }

  String description() {
    return shape.variables() + " variables with seasons and rare events";
  }
}

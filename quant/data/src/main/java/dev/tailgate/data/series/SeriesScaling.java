package dev.tailgate.data.series;

import java.util.List;

/**
 * Scales each channel to (x - mean) / deviation with the numbers of the training part: the mean,
 * and the population's standard deviation (divided by n) in two passes of doubles. A channel that
 * is constant there is only shifted, as scikit-learn's {@code StandardScaler} does.
 */
@SuppressWarnings("ArrayRecordComponent") // Made once a file and never compared.
record SeriesScaling(double[] mean, double[] deviation) {
  /** Fits to the first {@code train} rows. */
  static SeriesScaling fit(List<double[]> rows, int train) {
    int channels = rows.get(0).length;
    double[] mean = new double[channels];
    double[] deviation = new double[channels];
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      for (int r = 0; r < train; r++) {
        sum += rows.get(r)[c];
      }
      mean[c] = sum / train;
      double squares = 0;
      for (int r = 0; r < train; r++) {
        double distance = rows.get(r)[c] - mean[c];
        squares += distance * distance;
      }
      double spread = Math.sqrt(squares / train);
      // Below this the spread is what rounding leaves of a constant.
      double noise = 10 * Math.ulp(mean[c]);
      deviation[c] = spread <= noise ? 1 : spread;
    }
    return new SeriesScaling(mean, deviation);
  }

  /** The rows from {@code from} to before {@code to}, {@code [rows, channels]}. */
  float[] apply(List<double[]> rows, int from, int to) {
    int channels = mean.length;
    float[] scaled = new float[Math.multiplyExact(to - from, channels)];
    for (int r = from; r < to; r++) {
      for (int c = 0; c < channels; c++) {
        scaled[(r - from) * channels + c] = (float) ((rows.get(r)[c] - mean[c]) / deviation[c]);
      }
    }
    return scaled;
  }
}

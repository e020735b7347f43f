package dev.tailgate.data.image;

/**
 * Resizes a picture along its rows, then along its columns, each pixel of the result a weighted sum
 * of the pixels around its place. With s = old size / new size, pixel i of the result lies at (i +
 * 1/2) s; pixel j of the source weighs w((j + 1/2 - (i + 1/2) s) / max(s, 1)), and the weights are
 * divided by their sum. At the borders only pixels that exist count.
 *
 * <p>Weights are rounded to 22 binary digits and the sums to 8 bits after each of the two steps,
 * and clipped to 0 to 255, as Pillow does: the result is the same to the bit. A side that keeps its
 * size is not touched.
 */
final class Resampling {
  /** 8 bits of pixel, 2 bits for sums beyond 255 under negative weights, 22 of weight. */
  private static final int PRECISION = 22;

  private static final int HALF = 1 << (PRECISION - 1);

  /** Weights of the pixels from {@code first[i]} on, for each pixel i of the result. */
  private record Weights(int[] first, int[][] weights) {}

  private Resampling() {}

  static Picture resize(Picture picture, int width, int height, ResampleFilter filter) {
    Picture wide = picture.width() == width ? picture : rows(picture, width, filter);
    return wide.height() == height ? wide : columns(wide, height, filter);
  }

  private static Picture rows(Picture picture, int width, ResampleFilter filter) {
    Weights weights = weights(picture.width(), width, filter);
    int channels = picture.channels();
    byte[] from = picture.pixels();
    byte[] to = new byte[width * picture.height() * channels];
    int at = 0;
    for (int y = 0; y < picture.height(); y++) {
      int row = y * picture.width() * channels;
      for (int x = 0; x < width; x++) {
        int[] w = weights.weights()[x];
        int start = row + weights.first()[x] * channels;
        for (int c = 0; c < channels; c++) {
          to[at++] = weighted(from, start + c, channels, w);
        }
      }
    }
    return new Picture(width, picture.height(), channels, to);
  }

  private static Picture columns(Picture picture, int height, ResampleFilter filter) {
    Weights weights = weights(picture.height(), height, filter);
    int row = picture.width() * picture.channels();
    byte[] from = picture.pixels();
    byte[] to = new byte[row * height];
    int at = 0;
    for (int y = 0; y < height; y++) {
      int[] w = weights.weights()[y];
      int start = weights.first()[y] * row;
      for (int x = 0; x < row; x++) {
        to[at++] = weighted(from, start + x, row, w);
      }
    }
    return new Picture(picture.width(), height, picture.channels(), to);
  }

  private static byte weighted(byte[] from, int start, int step, int[] weights) {
    int sum = HALF;
    int at = start;
    for (int weight : weights) {
      sum += Byte.toUnsignedInt(from[at]) * weight;
      at += step;
    }
    return (byte) Math.max(0, Math.min(255, sum >> PRECISION));
  }

  private static Weights weights(int from, int to, ResampleFilter filter) {
    double scale = (double) from / to;
    double stretch = Math.max(scale, 1);
    double support = filter.support() * stretch;
    int[] first = new int[to];
    int[][] weights = new int[to][];
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * scale;
      first[i] = Math.max(0, (int) (centre - support + 0.5));
      int end = Math.min(from, (int) (centre + support + 0.5));
      double[] exact = new double[end - first[i]];
      double sum = 0;
      for (int j = 0; j < exact.length; j++) {
        exact[j] = filter.weight((j + first[i] - centre + 0.5) * (1 / stretch));
        sum += exact[j];
      }
      weights[i] = new int[exact.length];
      for (int j = 0; j < exact.length; j++) {
        double scaled = exact[j] / sum * (1 << PRECISION);
        weights[i][j] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
      }
    }
    return new Weights(first, weights);
  }
}

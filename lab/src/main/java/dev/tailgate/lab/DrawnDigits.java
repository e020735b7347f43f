package dev.tailgate.lab;

import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Digits drawn with a pen of some width along strokes, each turned, scaled, sheared and moved a
 * little, on 28 x 28 pixels in [0, 1]. They stand for the handwritten ones where no data is given;
 * nobody wrote them.
 */
final class DrawnDigits {
  private static final int SIDE = 28;
  private static final int COUNT = 2000;

  /** Strokes by digit as points {@code x,y} of the unit square, y downwards. */
  private static final String[][] STROKES = {
    {"50,5 20,20 12,50 20,80 50,95 80,80 88,50 80,20 50,5"},
    {"30,22 52,5 52,95"},
    {"15,25 30,7 65,7 82,28 70,52 15,95 88,95"},
    {"15,12 50,5 82,22 72,44 45,48 78,56 84,80 50,96 14,84"},
    {"70,95 70,5 12,66 92,66"},
    {"82,6 24,6 18,46 54,38 84,58 78,86 44,97 14,86"},
    {"76,8 40,22 16,60 26,90 60,96 84,76 66,54 36,56 18,70"},
    {"12,6 88,6 44,95"},
    {"50,48 22,34 24,14 50,4 76,14 78,34 50,48 18,66 22,90 50,97 78,90 82,66 50,48"},
    {"82,32 62,48 30,44 18,24 36,5 68,6 82,32 76,70 56,96"},
  };

  private DrawnDigits() {}

  static Patterns patterns(SplittableRandom random) {
    double[][] rows = new double[COUNT][];
    int[] labels = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      labels[i] = random.nextInt(STROKES.length);
      rows[i] = draw(labels[i], random);
    }
    return new Patterns(rows, Optional.of(labels), "drawn digits, 28 x 28");
  }

  /** One picture of a digit, {@code [784]}. */
  static double[] draw(int digit, SplittableRandom random) {
    double turn = 0.2 * random.nextGaussian();
    double shear = 0.2 * random.nextGaussian();
    double wide = 0.62 * Math.exp(0.12 * random.nextGaussian());
    double high = 0.7 * Math.exp(0.08 * random.nextGaussian());
    double dx = 0.04 * random.nextGaussian();
    double dy = 0.04 * random.nextGaussian();
    double pen = SIDE * (0.035 + 0.035 * random.nextDouble());
    double[] pixels = new double[SIDE * SIDE];
    for (String stroke : STROKES[digit]) {
      String[] points = stroke.split(" ", -1);
      double[][] path = new double[points.length][];
      for (int p = 0; p < points.length; p++) {
        int comma = points[p].indexOf(',');
        double x = Integer.parseInt(points[p].substring(0, comma)) / 100.0 - 0.5;
        double y = Integer.parseInt(points[p].substring(comma + 1)) / 100.0 - 0.5;
        x = (x + 0.04 * random.nextGaussian() + shear * y) * wide;
        y = (y + 0.04 * random.nextGaussian()) * high;
        path[p] =
            new double[] {
              SIDE * (0.5 + dx + x * Math.cos(turn) - y * Math.sin(turn)),
              SIDE * (0.5 + dy + x * Math.sin(turn) + y * Math.cos(turn))
            };
      }
      ink(pixels, path, pen);
    }
    return pixels;
  }

  /** Ink falls off over a pixel from the edge of the pen. */
  private static void ink(double[] pixels, double[][] path, double pen) {
    for (int p = 0; p + 1 < path.length; p++) {
      double[] a = path[p];
      double[] b = path[p + 1];
      double length = Math.max(1e-9, Math.hypot(b[0] - a[0], b[1] - a[1]));
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          double along =
              ((x + 0.5 - a[0]) * (b[0] - a[0]) + (y + 0.5 - a[1]) * (b[1] - a[1]))
                  / (length * length);
          double at = Math.min(1, Math.max(0, along));
          double away =
              Math.hypot(x + 0.5 - a[0] - at * (b[0] - a[0]), y + 0.5 - a[1] - at * (b[1] - a[1]));
          double ink = Math.min(1, Math.max(0, pen + 0.5 - away));
          pixels[y * SIDE + x] = Math.max(pixels[y * SIDE + x], ink);
        }
      }
    }
  }
}

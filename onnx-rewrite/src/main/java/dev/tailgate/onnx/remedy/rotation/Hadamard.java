package dev.tailgate.onnx.remedy.rotation;

import java.util.Optional;

/**
 * A Hadamard matrix {@code H} of order {@code n}: entries of 1 and -1, {@code H H^T = n I}. Orders
 * are {@code m 2^k}: Sylvester's doubling {@code [[H, H], [H, -H]]} of a core of order {@code m},
 * which is 1 or one of Paley's with a prime {@code q} and the quadratic character {@code chi} of
 * the integers mod {@code q} (R. E. A. C. Paley, 1933):
 *
 * <pre>
 *   I.   m = q + 1,    q = 3 mod 4:  H = I + [[0, 1], [-1, Q]],  Q_ij = chi(i - j)
 *   II.  m = 2(q + 1), q = 1 mod 4:  H = C x [[1, 1], [1, -1]] + I x [[1, -1], [-1, -1]],
 *                                    C = [[0, 1], [1, Q]]
 * </pre>
 *
 * <p>So 12, 20, 24, 28, 36, 40, 48, ... and with them 96, 192, 384, 768, 896, 1280, 1600, 2560,
 * 3584 and 5120, the widths of models. Immutable.
 */
public final class Hadamard {
  /** Cores are multiplied out; the doubling takes {@code n log n}. */
  private static final int LARGEST_CORE = 1 << 12;

  private final int order;
  private final int[][] core;

  private Hadamard(int order, int[][] core) {
    this.order = order;
    this.core = core;
  }

  /** A matrix of order {@code n}; empty where these constructions have none. */
  public static Optional<Hadamard> of(int n) {
    if (n < 1) {
      return Optional.empty();
    }
    int odd = n >> Integer.numberOfTrailingZeros(n);
    if (odd == 1) {
      return Optional.of(new Hadamard(n, new int[][] {{1}}));
    }
    // n / m is a power of two for these m only; the smallest core costs least.
    for (int m = odd; m <= LARGEST_CORE && n % m == 0; m *= 2) {
      int[][] core = paley(m);
      if (core.length > 0) {
        return Optional.of(new Hadamard(n, core));
      }
    }
    return Optional.empty();
  }

  /** {@code n}. */
  public int order() {
    return order;
  }

  /** The construction, for reports. */
  public String construction() {
    int m = core.length;
    if (m == 1) {
      return "Sylvester";
    }
    String paley = isPaley1(m) ? "Paley I" : "Paley II";
    return order == m ? paley : paley + " (" + m + ") doubled to " + order;
  }

  private static boolean isPaley1(int m) {
    return m % 4 == 0 && isPrime(m - 1);
  }

  private static int[][] paley(int m) {
    if (isPaley1(m)) {
      int[][] h = bordered(m - 1, -1);
      for (int i = 0; i < m; i++) {
        h[i][i] = 1;
      }
      return h;
    }
    if (m % 4 != 0 || (m / 2 - 1) % 4 != 1 || !isPrime(m / 2 - 1)) {
      return new int[0][];
    }
    int[][] c = bordered(m / 2 - 1, 1);
    int[][] h = new int[m][m];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < m; j++) {
        int entry = c[i / 2][j / 2];
        boolean last = i % 2 == 1 && j % 2 == 1;
        // [[1, 1], [1, -1]] off the diagonal, [[1, -1], [-1, -1]] on it, where C is 0.
        h[i][j] = entry == 0 ? (i % 2 == 0 && j % 2 == 0 ? 1 : -1) : last ? -entry : entry;
      }
    }
    return h;
  }

  /** {@code [[0, 1], [left, Q]]} of order {@code q + 1}. */
  private static int[][] bordered(int q, int left) {
    boolean[] isSquare = new boolean[q];
    for (long i = 1; i < q; i++) {
      isSquare[(int) (i * i % q)] = true;
    }
    int[][] s = new int[q + 1][q + 1];
    for (int i = 1; i <= q; i++) {
      s[0][i] = 1;
      s[i][0] = left;
      for (int j = 1; j <= q; j++) {
        s[i][j] = i == j ? 0 : isSquare[Math.floorMod(i - j, q)] ? 1 : -1;
      }
    }
    return s;
  }

  private static boolean isPrime(int n) {
    for (int d = 2; d * d <= n; d++) {
      if (n % d == 0) {
        return false;
      }
    }
    return n > 1;
  }

  /**
   * {@code x <- x H / sqrt(n)} for the row {@code x} of {@code n} elements from {@code start} on,
   * or {@code x H^T / sqrt(n)}.
   */
  void multiply(double[] x, int start, boolean transposed) {
    int m = core.length;
    int width = order / m;
    for (int half = 1; half < width; half *= 2) {
      for (int i = 0; i < order; i++) {
        if ((i & half) == 0) {
          double a = x[start + i];
          double b = x[start + i + half];
          x[start + i] = a + b;
          x[start + i + half] = a - b;
        }
      }
    }
    double scale = 1 / Math.sqrt(order);
    double[] column = new double[m];
    for (int b = 0; b < width; b++) {
      for (int i = 0; i < m; i++) {
        column[i] = x[start + i * width + b] * scale;
      }
      for (int j = 0; j < m; j++) {
        double sum = 0;
        for (int i = 0; i < m; i++) {
          sum += column[i] * (transposed ? core[j][i] : core[i][j]);
        }
        x[start + j * width + b] = sum;
      }
    }
  }
}

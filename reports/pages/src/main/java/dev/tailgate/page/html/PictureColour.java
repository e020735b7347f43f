package dev.tailgate.page.html;

import dev.tailgate.result.Damage;
import dev.tailgate.result.TapEvidence;
import dev.tailgate.result.TapResult;
import java.util.Arrays;
import java.util.Optional;

/** What the picture of a model can be coloured by; darker is always worse. */
enum PictureColour {
  /** Row-averaged kurtosis, in equal ratios from a Gaussian's 3 up to 30 or the largest. */
  KURTOSIS("kurtosis", "kurtosis") {
    @Override
    double value(TapResult tap, Known known) {
      return tap.kurtosis();
    }

    @Override
    Shade shade(double[] finite) {
      return new Shade(GAUSSIAN, Math.max(10 * GAUSSIAN, largest(finite)), true);
    }
  },

  /** Row-averaged infinity norm, in equal ratios over at least one decade. */
  INF_NORM("inf-norm", "infinity norm") {
    @Override
    double value(TapResult tap, Known known) {
      return tap.maxInfNorm();
    }

    @Override
    Shade shade(double[] finite) {
      double least = Arrays.stream(finite).filter(x -> x > 0).min().orElse(1);
      return new Shade(least, Math.max(10 * least, largest(finite)), true);
    }
  },

  /** Signal to noise when only this tensor is rounded; dark where little of the signal is left. */
  SQNR("sqnr", "SQNR of rounding it alone, dB") {
    @Override
    double value(TapResult tap, Known known) {
      return known.evidence().flatMap(e -> e.range().sqnr()).orElse(Double.NaN);
    }

    @Override
    Shade shade(double[] finite) {
      double most = Arrays.stream(finite).max().orElse(50);
      double least = Arrays.stream(finite).min().orElse(10);
      return new Shade(Math.max(most, least + 10), least, false);
    }

    @Override
    boolean largeIsWorse() {
      return false;
    }
  },

  /** What is left at the outputs when only this tensor is quantized. */
  SENSITIVITY("sensitivity", "SQNR of the outputs, quantized alone, dB") {
    @Override
    double value(TapResult tap, Known known) {
      return known.alone().map(Damage::sqnr).orElse(Double.NaN);
    }

    @Override
    Shade shade(double[] finite) {
      return SQNR.shade(finite);
    }

    @Override
    boolean largeIsWorse() {
      return false;
    }
  };

  /**
   * What is known of a tap beside its statistics.
   *
   * @param evidence of a closer look
   * @param alone damage when only it is quantized
   */
  record Known(Optional<TapEvidence> evidence, Optional<Damage> alone) {}

  private static final double GAUSSIAN = 3;

  private final String id;
  private final String label;

  PictureColour(String id, String label) {
    this.id = id;
    this.label = label;
  }

  /** The number of a tap; NaN where it has none. */
  abstract double value(TapResult tap, Known known);

  /** The scale for these values, none of them NaN or infinite. */
  abstract Shade shade(double[] finite);

  boolean largeIsWorse() {
    return true;
  }

  String id() {
    return id;
  }

  String label() {
    return label;
  }

  private static double largest(double[] finite) {
    return Arrays.stream(finite).max().orElse(0);
  }
}

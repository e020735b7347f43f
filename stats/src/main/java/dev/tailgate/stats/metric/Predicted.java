package dev.tailgate.stats.metric;

import java.util.Arrays;
import java.util.Locale;

/**
 * Labels and predicted classes, sample by sample, and what is computed from their counts.
 *
 * <p>With {@code n} predictions, {@code c} of them right, and for class k {@code tp_k} right ones,
 * {@code p_k} predictions and {@code t_k} labels:
 *
 * <ul>
 *   <li>F1 of class 1: {@code 2 tp_1 / (p_1 + t_1)}, for two classes;
 *   <li>macro F1: the mean of {@code 2 tp_k / (p_k + t_k)} over the classes that occur among labels
 *       or predictions;
 *   <li>Matthews' correlation, for any number of classes: {@code (c n - sum p_k t_k) / sqrt((n^2 -
 *       sum p_k^2)(n^2 - sum t_k^2))}, 0 where labels or predictions are all of one class.
 * </ul>
 *
 * <p>A class that does not occur is left out of F1. A prediction of -1 (no class, as from logits
 * with a NaN) is wrong for every class and counts as a class of its own in Matthews' correlation.
 *
 * <p>Sources: C. J. van Rijsbergen, Information Retrieval (1979); J. Gorodkin (2004), <a
 * href="https://doi.org/10.1016/j.compbiolchem.2004.09.006">10.1016/j.compbiolchem.2004.09.006</a>.
 */
public final class Predicted {
  /** What is computed. */
  public enum Kind {
    /** F1 of class 1. */
    F1,
    /** Mean F1 over classes. */
    F1_MACRO,
    /** Matthews' correlation coefficient. */
    MCC
  }

  private final int classes;
  private int[] labels = new int[64];
  private int[] predictions = new int[64];
  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private int pairs;
  private int begun;
  private int samples;

  private Predicted(int classes) {
    this.classes = classes;
  }

  /** No predictions yet, of {@code classes >= 1} classes. */
  public static Predicted of(int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException(
          "Counting predictions: expected at least 1 class, found " + classes);
    }
    return new Predicted(classes);
  }

  /** Adds a prediction of the sample that is being built. */
  public void add(int label, int prediction) {
    if (label < 0 || label >= classes || prediction < -1 || prediction >= classes) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Counting predictions: expected classes in [0, %d), found label %d, prediction %d",
              classes,
              label,
              prediction));
    }
    if (pairs == labels.length) {
      labels = Arrays.copyOf(labels, 2 * pairs);
      predictions = Arrays.copyOf(predictions, 2 * pairs);
    }
    labels[pairs] = label;
    predictions[pairs++] = prediction;
  }

  /** Ends the sample that is being built, and puts it behind the last. */
  public void endSample() {
    endSample(samples);
  }

  /**
   * Ends the sample that is being built, which is number {@code sample}, from 0, in any order;
   * those before it that are not built have no predictions.
   */
  public void endSample(int sample) {
    if (sample >= ends.length) {
      int longer = Math.max(2 * ends.length, sample + 1);
      starts = Arrays.copyOf(starts, longer);
      ends = Arrays.copyOf(ends, longer);
    }
    starts[sample] = begun;
    ends[sample] = pairs;
    begun = pairs;
    samples = Math.max(samples, sample + 1);
  }

  /** One of the metrics over all that is added, now or later. */
  public SampledMetric metric(Kind kind, MetricSpec spec) {
    return new View(kind, spec);
  }

  private final class View implements SampledMetric {
    private final Kind kind;
    private final MetricSpec spec;

    View(Kind kind, MetricSpec spec) {
      this.kind = kind;
      this.spec = spec;
    }

    @Override
    public MetricSpec spec() {
      return spec;
    }

    @Override
    public int samples() {
      return samples;
    }

    @Override
    public double value(int[] drawn) {
      Counts counts = new Counts(classes);
      for (int sample : drawn) {
        for (int i = starts[sample]; i < ends[sample]; i++) {
          counts.add(labels[i], predictions[i]);
        }
      }
      return switch (kind) {
        case F1 -> counts.f1(Math.min(1, classes - 1));
        case F1_MACRO -> counts.f1Macro();
        case MCC -> counts.matthews();
      };
    }
  }

  /** Counts by class; the last place of {@code predicted} is for no class. */
  private static final class Counts {
    private final long[] right;
    private final long[] predicted;
    private final long[] labelled;
    private long all;

    Counts(int classes) {
      right = new long[classes];
      predicted = new long[classes + 1];
      labelled = new long[classes];
    }

    void add(int label, int prediction) {
      all++;
      labelled[label]++;
      predicted[prediction < 0 ? labelled.length : prediction]++;
      if (label == prediction) {
        right[label]++;
      }
    }

    double f1(int k) {
      long either = predicted[k] + labelled[k];
      return either == 0 ? 0 : 2.0 * right[k] / either;
    }

    double f1Macro() {
      double sum = 0;
      int present = 0;
      for (int k = 0; k < labelled.length; k++) {
        if (predicted[k] + labelled[k] > 0) {
          sum += f1(k);
          present++;
        }
      }
      return present == 0 ? Double.NaN : sum / present;
    }

    double matthews() {
      double n = (double) all;
      double correct = (double) Arrays.stream(right).sum();
      double products = 0;
      double labelSquares = 0;
      double predictionSquares = (double) predicted[labelled.length] * predicted[labelled.length];
      for (int k = 0; k < labelled.length; k++) {
        products += (double) predicted[k] * labelled[k];
        labelSquares += (double) labelled[k] * labelled[k];
        predictionSquares += (double) predicted[k] * predicted[k];
      }
      double scale = Math.sqrt((n * n - predictionSquares) * (n * n - labelSquares));
      return all == 0 ? Double.NaN : scale == 0 ? 0 : (correct * n - products) / scale;
    }
  }
}

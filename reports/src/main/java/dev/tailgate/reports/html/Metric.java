package dev.tailgate.reports.html;

import java.util.List;

/**
 * A metric as the report explains it.
 *
 * @param name as the tables call it
 * @param formula how it is computed
 * @param reading what a value says
 */
public record Metric(String name, String formula, String reading) {

  /** Every metric a report shows, in the order of the glossary. */
  public static final List<Metric> GLOSSARY =
      List.of(
          new Metric(
              "kurtosis",
              "K = mean over rows of m\u2084 / (s\u2074 + 10\u207b\u2076), m\u2084 = \u03a3(x\u2212\u03bc)\u2074 / d,"
                  + " s\u00b2 = \u03a3(x\u2212\u03bc)\u00b2 / (d\u22121)",
              "How heavy the tails of a row of d values are. A Gaussian has about 3, a row whose energy"
                  + " sits in one element approaches d. This is the form published results use: not"
                  + " reduced by 3, averaged over rows."),
          new Metric(
              "average kurtosis",
              "mean of the kurtosis over the preset's taps",
              "One number for the model; comparable only under the same tap preset."),
          new Metric(
              "pooled excess kurtosis",
              "m\u2084 / m\u2082\u00b2 \u2212 3 over all elements of all rows",
              "The textbook form; 0 for a Gaussian. Differs from the row average when rows differ."),
          new Metric(
              "infinity norm",
              "mean over rows of max |x|; the headline is the largest over the preset's taps",
              "The range a per-tensor quantizer must cover in a typical row. Smaller than the absolute"
                  + " maximum."),
          new Metric(
              "abs max",
              "max |x| over everything that was measured",
              "The single largest magnitude, given with its sample, token and channel."),
          new Metric(
              "6\u03c3",
              "number of elements with |x \u2212 \u03bc| > 6\u03c3",
              "A Gaussian has two in a thousand million."),
          new Metric(
              "SQNR",
              "10 log\u2081\u2080( \u03a3y\u00b2 / \u03a3(y \u2212 y\u2032)\u00b2 ), y float outputs, y\u2032 quantized",
              "Signal to quantization noise, in dB; 6 dB more is half the error."),
          new Metric(
              "cosine",
              "\u27e8y, y\u2032\u27e9 / (\u2016y\u2016 \u2016y\u2032\u2016)",
              "1 when quantization keeps the direction of the outputs."),
          new Metric(
              "KL",
              "\u03a3 p ln(p / p\u2032), p and p\u2032 the softmax of the outputs",
              "0 when both models predict the same distribution; in nat."),
          new Metric(
              "top-1",
              "share of positions where both models' largest output is the same",
              "100 % when quantization changes no decision."));
}

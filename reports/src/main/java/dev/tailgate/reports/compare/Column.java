package dev.tailgate.reports.compare;

import dev.tailgate.stats.result.Direction;

/** A number that rows are compared in. */
public enum Column {
  /** Task metric of the model as given. */
  FP("fp"),
  /** Task metric of the quantized model. */
  QUANTIZED("quantized"),
  /** Quantized minus float, in the unit of the metric. */
  CHANGE("change"),
  /** Mean kurtosis over the taps of the preset. */
  KURTOSIS("average_kurtosis"),
  /** Largest row-averaged infinity norm over the taps of the preset. */
  INF_NORM("max_inf_norm"),
  /** Bytes of the model file with its external data. */
  SIZE("size_bytes");

  private final String key;

  Column(String key) {
    this.key = key;
  }

  /** Its name in files for other programs. */
  public String key() {
    return key;
  }

  /** Its head in tables; {@code conditions} name the scheme. Sizes are shown in 10^6 bytes. */
  public String head(Conditions conditions) {
    return switch (this) {
      case FP -> "FP";
      case QUANTIZED -> conditions.schemeName();
      case CHANGE -> "Change";
      case KURTOSIS -> "Avg. kurtosis";
      case INF_NORM -> "Max inf. norm";
      case SIZE -> "Size (MB)";
    };
  }

  /** Whether smaller is better, given which way the task metric improves. */
  boolean lowerIsBetter(Direction metric) {
    return switch (this) {
      case FP, QUANTIZED, CHANGE -> metric == Direction.LOWER;
      case KURTOSIS, INF_NORM, SIZE -> true;
    };
  }
}

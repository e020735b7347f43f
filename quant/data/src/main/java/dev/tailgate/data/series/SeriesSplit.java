package dev.tailgate.data.series;

import java.util.Locale;

/** Which part of a time series is cut into windows. Parts follow each other in time. */
public enum SeriesSplit {
  /** The first part, which the scaling is fitted on. */
  TRAIN,
  /** The part between the others. */
  VAL,
  /** The last part. */
  TEST,
  /** Every row. */
  ALL;

  /** As options and reports write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}

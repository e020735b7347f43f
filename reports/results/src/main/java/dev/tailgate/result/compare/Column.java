package dev.tailgate.result.compare;

import dev.tailgate.result.RunResult;
import dev.tailgate.result.Score;
import dev.tailgate.stats.metric.Direction;
import java.util.Optional;

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
  SIZE("size_bytes"),
  /** Time of the float model as it is deployed, as a multiple of the baseline's. */
  TIME("time_ratio");

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
      case TIME -> "Time (ratio)";
    };
  }

  /** The number of one run; NaN where it has none. */
  double of(MethodRun run) {
    RunResult result = run.result();
    return switch (this) {
      case FP -> value(result.task().fp());
      case QUANTIZED -> value(result.task().quantized());
      case CHANGE -> value(result.task().delta());
      case KURTOSIS -> result.headline().averageKurtosis();
      case INF_NORM -> result.headline().maxInfNorm();
      case SIZE -> result.model().sizeBytes();
      case TIME -> run.timeRatio().orElse(Double.NaN);
    };
  }

  private static double value(Optional<Score> score) {
    return score.map(Score::value).orElse(Double.NaN);
  }

  /** Whether a best is marked: not of times, which differ from run to run. */
  boolean isRanked() {
    return this != TIME;
  }

  /** Whether smaller is better, given which way the task metric improves. */
  boolean lowerIsBetter(Direction metric) {
    return switch (this) {
      case FP, QUANTIZED, CHANGE -> metric == Direction.LOWER;
      case KURTOSIS, INF_NORM, SIZE, TIME -> true;
    };
  }
}

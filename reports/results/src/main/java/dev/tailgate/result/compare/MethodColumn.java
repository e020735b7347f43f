package dev.tailgate.result.compare;

import dev.tailgate.result.RunResult;
import dev.tailgate.result.Score;
import dev.tailgate.result.metric.Metric;
import dev.tailgate.result.metric.OutlierMetrics;
import dev.tailgate.stats.metric.Direction;
import java.util.Optional;

/** A number that rows are compared in. */
public enum MethodColumn {
  /** Task metric of the model as given. */
  FP,
  /** Task metric of the quantized model. */
  QUANTIZED,
  /** Quantized minus float, in the unit of the metric. */
  CHANGE,
  /** Mean kurtosis over the taps of the preset. */
  KURTOSIS,
  /** Largest row-averaged infinity norm over the taps of the preset. */
  INF_NORM,
  /** Bytes of the model file with its external data. */
  SIZE,
  /** Time of the float model as it is deployed, as a multiple of the baseline's. */
  TIME;

  /** The metric it shows; empty for the task's, whichever that is, and for what is no metric. */
  public Optional<Metric> metric() {
    return switch (this) {
      case KURTOSIS -> Optional.of(OutlierMetrics.AVERAGE_KURTOSIS);
      case INF_NORM -> Optional.of(OutlierMetrics.MAX_INF_NORM);
      case FP, QUANTIZED, CHANGE, SIZE, TIME -> Optional.empty();
    };
  }

  /** Its name in files for other programs. */
  public String key() {
    return switch (this) {
      case FP -> "fp";
      case QUANTIZED -> "quantized";
      case CHANGE -> "change";
      case KURTOSIS, INF_NORM -> metric().orElseThrow().id();
      case SIZE -> "size_bytes";
      case TIME -> "time_ratio";
    };
  }

  /** Its head in tables; {@code conditions} name the scheme. Sizes are shown in 10^6 bytes. */
  public String head(Conditions conditions) {
    return switch (this) {
      case FP -> "FP";
      case QUANTIZED -> conditions.schemeName();
      case CHANGE -> "Change";
      case KURTOSIS, INF_NORM -> metric().orElseThrow().modelNumber().head();
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
      case KURTOSIS, INF_NORM -> metric().orElseThrow().modelNumber().in(result.headline());
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
  boolean lowerIsBetter(Direction task) {
    return switch (this) {
      case FP, QUANTIZED, CHANGE -> task == Direction.LOWER;
      case KURTOSIS, INF_NORM -> metric().orElseThrow().direction() == Direction.LOWER;
      case SIZE, TIME -> true;
    };
  }
}

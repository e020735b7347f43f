package dev.tailgate.result.gate;

import dev.tailgate.result.RunInfo;
import dev.tailgate.result.RunResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What makes the numbers of two results numbers of different things. */
final class Comparability {
  private Comparability() {}

  /** The differences in words; empty where the two may be compared. */
  static List<String> differences(RunResult result, RunResult baseline) {
    RunInfo run = result.run();
    RunInfo base = baseline.run();
    List<String> differences = new ArrayList<>();
    compare(differences, "tap preset", run.tapPreset(), base.tapPreset());
    compare(differences, "rows", run.rowRule(), base.rowRule());
    compare(differences, "device", provider(run), provider(base));
    compare(differences, "scheme", run.scheme(), base.scheme());
    compare(differences, "range estimator", run.rangeEstimator(), base.rangeEstimator());
    compare(
        differences,
        "calibration batches",
        Integer.toString(run.calibrationBatches()),
        Integer.toString(base.calibrationBatches()));
    compare(differences, "task metric", result.task().name(), baseline.task().name());
    compare(differences, "samples", Long.toString(run.samples()), Long.toString(base.samples()));
    if (run.dataSha256().isPresent() && base.dataSha256().isPresent()) {
      compareHashes(differences, run.dataSha256(), base.dataSha256());
    } else {
      compare(differences, "data", run.data(), base.data());
    }
    return differences;
  }

  /** Threads change the time, not the numbers a gate looks at. */
  private static String provider(RunInfo run) {
    int comma = run.device().indexOf(',');
    return comma < 0 ? run.device() : run.device().substring(0, comma);
  }

  private static void compare(List<String> differences, String what, String is, String was) {
    if (!is.equals(was)) {
      differences.add(what + " " + quoted(is) + ", the baseline's is " + quoted(was));
    }
  }

  private static void compareHashes(
      List<String> differences, Optional<String> is, Optional<String> was) {
    if (!is.equals(was)) {
      differences.add("samples that are not the baseline's, by their hash");
    }
  }

  private static String quoted(String text) {
    return text.isEmpty() ? "none" : text;
  }
}

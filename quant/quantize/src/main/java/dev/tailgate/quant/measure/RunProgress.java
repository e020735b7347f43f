package dev.tailgate.quant.measure;

/** Hears how far a run is; called from the thread that runs it. */
public interface RunProgress {
  /** A run nobody watches. */
  RunProgress SILENT = (stage, done, total) -> {};

  /**
   * Reports progress.
   *
   * @param stage what is being done, for example "calibrating"
   * @param done what is finished: batches when calibrating, samples when evaluating
   * @param total how much there is, in the same unit
   */
  void at(String stage, long done, long total);

  /** Hears one line that is worth reading but no reason to end. */
  default void say(String line) {}

  /** Passes progress on with the stage named after what it works on. */
  default RunProgress about(String subject) {
    return (stage, done, total) -> at(subject + ": " + stage, done, total);
  }
}

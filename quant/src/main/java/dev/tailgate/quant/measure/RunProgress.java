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
}

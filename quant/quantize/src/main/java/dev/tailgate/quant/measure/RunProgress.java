package dev.tailgate.quant.measure;

/**
 * Hears how far a run is, and may end it; called from the thread that runs it.
 *
 * <p>A run that is ended, by {@link #cancelled} or by an interrupt of its thread, throws {@link
 * java.util.concurrent.CancellationException}: what is native is closed, and no half-written file
 * is left.
 */
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

  /** Whether the run is to end now; asked before every batch that a model runs on. */
  default boolean cancelled() {
    return false;
  }

  /** Passes all on with the stage named after what it works on. */
  default RunProgress about(String subject) {
    RunProgress whole = this;
    return new RunProgress() {
      @Override
      public void at(String stage, long done, long total) {
        whole.at(subject + ": " + stage, done, total);
      }

      @Override
      public void say(String line) {
        whole.say(line);
      }

      @Override
      public boolean cancelled() {
        return whole.cancelled();
      }
    };
  }
}

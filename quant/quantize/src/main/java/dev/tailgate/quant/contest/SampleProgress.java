package dev.tailgate.quant.contest;

import dev.tailgate.data.DataSource;
import dev.tailgate.quant.measure.RunProgress;

/** Counts the samples of a pass and tells how many of them are done. */
public final class SampleProgress implements Observer {
  private final String stage;
  private final long total;
  private final RunProgress progress;
  private long samples;

  /** Tells {@code progress} of {@code stage} over all of {@code data}. */
  public SampleProgress(String stage, DataSource data, RunProgress progress) {
    this.stage = stage;
    this.total = data.samples();
    this.progress = progress;
  }

  @Override
  public void accept(Round round) {
    samples += round.batch().samples();
    progress.at(stage, samples, total);
  }

  /** Samples so far. */
  public long samples() {
    return samples;
  }
}

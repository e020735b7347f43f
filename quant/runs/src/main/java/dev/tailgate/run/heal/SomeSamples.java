package dev.tailgate.run.heal;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.Task;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Some batches of a source, at equal distances and in memory: its order may be one of sources or of
 * lengths, which the first samples do not represent.
 */
record SomeSamples(DataSource all, List<Batch> chosen) implements DataSource {
  /** Batches with about {@code samples} samples. */
  static SomeSamples of(DataSource all, int samples) {
    List<Batch> batches = new ArrayList<>();
    double step = Math.max(1, (double) all.samples() / samples);
    double next = step / 2;
    long seen = 0;
    Iterator<Batch> iterator = all.batches();
    while (iterator.hasNext()) {
      Batch batch = iterator.next();
      seen += batch.samples();
      if (seen > next) {
        batches.add(batch);
        next += step * batch.samples();
      }
    }
    return new SomeSamples(all, List.copyOf(batches));
  }

  @Override
  public Iterator<Batch> batches() {
    return chosen.iterator();
  }

  @Override
  public long samples() {
    return chosen.stream().mapToLong(Batch::samples).sum();
  }

  @Override
  public String description() {
    return all.description();
  }

  @Override
  public boolean synthetic() {
    return all.synthetic();
  }

  @Override
  public boolean hasPadding() {
    return all.hasPadding();
  }

  @Override
  public boolean hasCopies() {
    return all.hasCopies();
  }

  @Override
  public Task task() {
    return all.task();
  }
}

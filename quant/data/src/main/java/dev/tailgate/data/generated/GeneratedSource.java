package dev.tailgate.data.generated;

import dev.tailgate.data.Batch;
import dev.tailgate.data.BatchPlan;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.Stacking;
import dev.tailgate.data.Task;
import dev.tailgate.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Samples of a generator, made as they are asked for. A sample depends on the seed and its place
 * alone, not on the batch it is in; each epoch of training draws others.
 */
public final class GeneratedSource implements DataSource {
  /** Steele's mixing constant: neighbouring numbers become distant seeds. */
  private static final long SPREAD = 0xBF58476D1CE4E5B9L;

  private final Generator generator;
  private final Use use;
  private final long seed;
  private final long[] places;
  private final BatchPlan plan;

  /** What samples are for. */
  public enum Use {
    /** To train on: labels are targets, which may be distributions. */
    TRAINING,
    /** To find ranges on: drawn as those of training, with labels of the metric. */
    CALIBRATION,
    /** To score: of the part that nothing is trained on. */
    HELD_OUT
  }

  /** So many samples in batches. */
  public GeneratedSource(Generator generator, Use use, long seed, int samples, int batch) {
    this(generator, use, seed, LongStream.range(0, samples).toArray(), batch);
  }

  private GeneratedSource(Generator generator, Use use, long seed, long[] places, int batch) {
    this.generator = generator;
    this.use = use;
    this.seed = seed;
    this.places = places;
    this.plan = new BatchPlan(places.length, batch, List.of());
  }

  @Override
  public Iterator<Batch> batches() {
    return plan.iterate(this::batch);
  }

  /** The sample at a place. */
  public Example example(long place) {
    SplittableRandom random =
        new SplittableRandom((seed * SPREAD) ^ (((place + 1) * SPREAD) >>> 1));
    return use == Use.HELD_OUT
        ? generator.heldOut(place, places.length, random)
        : generator.draw(random);
  }

  private Batch batch(long first, int count) {
    int from = Math.toIntExact(first);
    long[] own = Arrays.copyOfRange(places, from, from + count);
    List<Example> examples = Arrays.stream(own).mapToObj(this::example).toList();
    Map<String, Tensor> inputs = new TreeMap<>();
    for (String name : examples.get(0).inputs().keySet()) {
      inputs.put(name, Stacking.stack(examples.stream().map(e -> e.inputs().get(name)).toList()));
    }
    List<Tensor> labels = new ArrayList<>();
    for (Example example : examples) {
      labels.add(use == Use.TRAINING ? example.target().orElse(example.label()) : example.label());
    }
    return new Batch(own, count, inputs, Optional.of(Stacking.stack(labels)), mask(examples));
  }

  private Optional<Tensor> mask(List<Example> examples) {
    if (!generator.hasPadding()) {
      return Optional.empty();
    }
    int length = Math.toIntExact(examples.get(0).label().dim(0));
    long[] mask = new long[examples.size() * length];
    for (int i = 0; i < examples.size(); i++) {
      int tokens = examples.get(i).tokens();
      Arrays.fill(mask, i * length, i * length + (tokens < 0 ? length : tokens), 1);
    }
    return Optional.of(Tensor.ofLongs(mask, examples.size(), length));
  }

  @Override
  public DataSource at(long[] chosen, int together) {
    return new GeneratedSource(generator, use, seed, chosen, together);
  }

  /** As many samples as these, other ones. */
  @Override
  public DataSource epoch(long epochSeed, int rows) {
    int full = places.length / rows * rows;
    return new GeneratedSource(
        generator, use, epochSeed, LongStream.range(0, full).toArray(), rows);
  }

  @Override
  public long samples() {
    return places.length;
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT, "%s, seed %d: %d samples", generator.description(), seed, places.length);
  }

  @Override
  public boolean synthetic() {
    return false;
  }

  @Override
  public boolean hasPadding() {
    return generator.hasPadding();
  }

  @Override
  public Task task() {
    return generator.task();
  }
}

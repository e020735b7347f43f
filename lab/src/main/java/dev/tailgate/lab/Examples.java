package dev.tailgate.lab;

import dev.tailgate.data.Batch;
import dev.tailgate.data.BatchPlan;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.SampleOrder;
import dev.tailgate.data.Task;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Sets of vectors with a class each, in memory: {@code set} float32 {@code [B, S, d]}, filled up
 * with zeros to the largest, and {@code closed} float32 {@code [B, S]}, 0 where there is a vector
 * and -1e9 where there is none.
 */
final class Examples implements DataSource {
  /** The vectors. */
  static final String SET = "set";

  /** What is added to similarities. */
  static final String CLOSED = "closed";

  private static final double NOTHING = -1e9;

  private final double[][][] sets;
  private final int[] labels;
  private final int largest;
  private final long[] places;
  private final BatchPlan plan;

  /** All of them, {@code batch} at a time. */
  Examples(double[][][] sets, int[] labels, int largest, int batch) {
    this(sets, labels, largest, LongStream.range(0, sets.length).toArray(), batch);
  }

  private Examples(double[][][] sets, int[] labels, int largest, long[] places, int batch) {
    this.sets = sets;
    this.labels = labels;
    this.largest = largest;
    this.places = places;
    this.plan = new BatchPlan(places.length, batch, List.of());
  }

  /** The vectors of the largest set that there is room for. */
  int room() {
    return largest;
  }

  /** The channels of a vector. */
  int width() {
    return sets[0][0].length;
  }

  int label(int place) {
    return labels[place];
  }

  @Override
  public Iterator<Batch> batches() {
    return plan.iterate(this::batch);
  }

  private Batch batch(long first, int count) {
    int from = Math.toIntExact(first);
    long[] own = Arrays.copyOfRange(places, from, from + count);
    int width = width();
    Tensor set = Tensor.allocate(ElementType.FLOAT, count, largest, width);
    Tensor closed = Tensor.allocate(ElementType.FLOAT, count, largest);
    Elements.Writer vectors = Elements.writer(set);
    Elements.Writer mask = Elements.writer(closed);
    long[] classes = new long[count];
    for (int b = 0; b < count; b++) {
      double[][] each = sets[(int) own[b]];
      classes[b] = labels[(int) own[b]];
      for (int s = 0; s < largest; s++) {
        mask.put(b * largest + s, s < each.length ? 0 : NOTHING);
        for (int c = 0; c < width && s < each.length; c++) {
          vectors.put((b * largest + s) * width + c, each[s][c]);
        }
      }
    }
    return new Batch(
        own,
        count,
        Map.of(SET, set, CLOSED, closed),
        Optional.of(Tensor.ofLongs(classes, count)),
        Optional.empty());
  }

  @Override
  public DataSource epoch(long epochSeed, int rows) {
    long[] drawn = SampleOrder.drawn(places, 1, epochSeed);
    int batch = Math.min(rows, drawn.length);
    return new Examples(
        sets, labels, largest, Arrays.copyOf(drawn, drawn.length / batch * batch), batch);
  }

  @Override
  public DataSource at(long[] chosen, int together) {
    return new Examples(sets, labels, largest, chosen, together);
  }

  @Override
  public long samples() {
    return places.length;
  }

  @Override
  public String description() {
    return places.length + " sets of up to " + largest + " vectors of " + width();
  }

  @Override
  public boolean synthetic() {
    return false;
  }

  @Override
  public boolean hasPadding() {
    return false;
  }

  @Override
  public Task task() {
    return Task.CLASSIFICATION;
  }
}

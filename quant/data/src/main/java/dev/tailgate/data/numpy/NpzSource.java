package dev.tailgate.data.numpy;

import dev.tailgate.data.Amount;
import dev.tailgate.data.Batch;
import dev.tailgate.data.BatchPlan;
import dev.tailgate.data.DataFormat;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.EmbeddingOptions;
import dev.tailgate.data.SampleChoice;
import dev.tailgate.data.SampleOrder;
import dev.tailgate.data.Scoring;
import dev.tailgate.data.Task;
import dev.tailgate.data.TaskEvidence;
import dev.tailgate.data.synthetic.SyntheticSource;
import dev.tailgate.engine.input.InputFiller;
import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Samples from NumPy arrays: {@code .npz} archives with an array per model input, or an {@code
 * .npy} file for the main input. The first axis counts samples. Inputs without an array (masks,
 * positions, token types, past state) are filled as in {@link SyntheticSource}. An array {@code
 * labels} is compared with the predictions, see {@link Task}; an array {@code attention_mask} with
 * zeros marks padding. A decoder's token ids are made of labels {@code [N, T]} where only those are
 * given. Samples shorter than the model's fixed length are filled up, see {@link TokenPadding}.
 *
 * <p>Rows are streamed: at most one batch is in memory. Rows that are drawn are read in the order
 * of the file.
 */
public final class NpzSource implements DataSource {
  /** Arrays as NumPy saves them. */
  public static final DataFormat FORMAT =
      new DataFormat(
          "arrays",
          ".npz, .npy",
          List.of(),
          opening -> opening.isFile(".npz", ".npy"),
          opening ->
              new NpzSource(opening.model(), opening.request(), opening.path().orElseThrow()));

  private final Path path;
  private final ArrayMatch match;
  private final InputFiller filler;
  private final BatchPlan plan;
  private final Task task;
  private final long[] order;
  private final long[] places;
  private final long seed;
  private final SampleChoice choice;
  private final EmbeddingOptions embedding;
  private final boolean hasPadding;
  private final Optional<RowShuffle> shuffle;

  /** Opens {@code path} for {@code model}; headers are read and checked, elements are not. */
  public NpzSource(OnnxModel model, DataRequest request, Path path) {
    this.path = path;
    this.match = ArrayMatch.of(model, request, path);
    this.filler = new InputFiller(request.seed());
    ModelInputs inputs = match.inputs();
    this.task =
        Task.infer(
            new TaskEvidence(model.graph(), inputs, match.labels().map(NpzSource::look)),
            request.task());
    this.embedding = request.format().get(EmbeddingOptions.SET);
    this.choice =
        SampleChoice.of(
            match.rows(), task.group(), BatchPlan.rounding(request, inputs), request, size());
    long[] chosen = choice.indices();
    this.plan = BatchPlan.of(chosen.length, choice.wanted(), request, inputs, path.toString());
    // Archives are read from front to back, so that the rows chosen come in the order of the file.
    this.order = Arrays.copyOf(chosen, Math.toIntExact(plan.samples()));
    Arrays.sort(order);
    this.places = LongStream.range(0, order.length).toArray();
    this.seed = request.seed();
    this.shuffle = Optional.empty();
    this.hasPadding =
        match.padding().isNeeded()
            || match.mask().filter(m -> isOfTokens(m) && hasZeros(m)).isPresent();
  }

  /** Those of {@code all} at {@code places}, which ascend or were drawn by {@code shuffle}. */
  private NpzSource(NpzSource all, long[] places, int together, Optional<RowShuffle> shuffle) {
    this.shuffle = shuffle;
    this.path = all.path;
    this.match = all.match;
    this.filler = all.filler;
    this.task = all.task;
    this.embedding = all.embedding;
    this.choice = all.choice;
    this.seed = all.seed;
    this.hasPadding = all.hasPadding;
    this.places = places;
    this.order = Arrays.stream(places).map(all::row).toArray();
    this.plan = all.plan.of(places.length, together);
  }

  @Override
  public DataSource some(long rows, int together) {
    long[] drawn = SampleOrder.some(plan.samples(), task.group(), rows, seed);
    return at(Arrays.stream(drawn).map(i -> places[Math.toIntExact(i)]).toArray(), together);
  }

  @Override
  public DataSource at(long[] chosen, int together) {
    return new NpzSource(this, chosen, together, Optional.empty());
  }

  /** The row of the sample at {@code place}; places of a part are those of all. */
  private long row(long place) {
    return order[Arrays.binarySearch(places, place)];
  }

  @Override
  public DataSource epoch(long epochSeed, int rows) {
    int group = task.group();
    int batch = Math.max(1, plan.of(1, rows).batchSize() / group) * group;
    RowShuffle windows = RowShuffle.of(rowBytes(), batch);
    long[] drawn = windows.draw(places, group, epochSeed);
    int full = drawn.length / batch * batch;
    return new NpzSource(this, Arrays.copyOf(drawn, full), batch, Optional.of(windows));
  }

  private long rowBytes() {
    return Stream.of(
            match.sampled().values().stream(), match.labels().stream(), match.mask().stream())
        .flatMap(arrays -> arrays)
        .mapToLong(NpzSource::rowBytes)
        .sum();
  }

  private static long rowBytes(NumpyArray array) {
    return array.shape().stream()
        .skip(1)
        .reduce((long) array.header().type().bits() / 8, Math::multiplyExact);
  }

  private Amount.SampleSize size() {
    double values =
        match
            .inputs()
            .primary()
            .map(p -> match.sampled().get(p.name()))
            .map(
                a ->
                    (double)
                        a.shape().stream()
                            .skip(1)
                            .mapToLong(Long::longValue)
                            .reduce(1, (x, y) -> x * y))
            .orElse(1.0);
    return Amount.SampleSize.of(values * task.group(), match.inputs().tokenIds().isPresent());
  }

  private static TaskEvidence.Labelled look(NumpyArray labels) {
    return new TaskEvidence.Labelled(
        labels.rank(),
        labels.rank() > 1 ? labels.shape().get(1) : 1,
        labels.header().type().isFloat());
  }

  /**
   * Whether a mask has a column for each token. With past state it has more, and which positions of
   * which activations it speaks of depends on the activation; padding is then not told apart.
   */
  private boolean isOfTokens(NumpyArray mask) {
    return match
        .inputs()
        .tokenIds()
        .map(InputLayout::name)
        .map(match.sampled()::get)
        .map(ids -> ids.shape().equals(mask.shape()))
        .orElse(true);
  }

  private boolean hasZeros(NumpyArray mask) {
    RowPicker rows = new RowPicker(mask, order);
    boolean found = false;
    for (int at = 0; at < order.length; at += plan.batchSize()) {
      Tensor part = rows.next(at, Math.min(plan.batchSize(), order.length - at));
      Elements.Reader reader = Elements.reader(part);
      for (int i = 0; i < part.elementCount(); i++) {
        found |= reader.get(i) == 0;
      }
    }
    return found;
  }

  @Override
  public Iterator<Batch> batches() {
    return plan.iterate(
        new NpzPass(match, filler, task, hasPadding, order, places, shuffle)::batch);
  }

  @Override
  public long samples() {
    return plan.samples();
  }

  @Override
  public Scoring scoring() {
    return Scoring.of(task, embedding);
  }

  @Override
  public long others() {
    return choice.others();
  }

  @Override
  public String description() {
    String ignored =
        match.ignored().isEmpty() ? "" : ", not used: " + String.join(", ", match.ignored());
    TokenPadding padding = match.padding();
    String filled =
        padding.isNeeded()
            ? String.format(
                Locale.ROOT,
                ", %d tokens filled up to the model's %d",
                padding.from(),
                padding.to())
            : "";
    return String.format(
        Locale.ROOT,
        "%s: %s%s%s%s",
        path.getFileName(),
        choice.inWords(plan.samples()),
        filled,
        plan.note(),
        ignored);
  }

  @Override
  public boolean synthetic() {
    return false;
  }

  @Override
  public boolean hasPadding() {
    return hasPadding;
  }

  @Override
  public boolean hasCopies() {
    return plan.hasCopies();
  }

  @Override
  public Task task() {
    return task;
  }
}

package dev.tailgate.data;

import dev.tailgate.engine.input.InputFiller;
import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.InputQuestion;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.engine.tensor.TensorConversion;
import dev.tailgate.onnx.ir.OnnxGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * Batches of a {@link SampleSet}: chooses the samples, fills short ones up, stacks them, and makes
 * the inputs that no data gives (masks, positions, token types, past state). A sample does not
 * depend on the batch it is in.
 *
 * <p>Samples of one shape make batches as they come, and one batch is in memory at a time. Token
 * sequences whose length the model leaves open go through {@link LengthBatches} and are filled up
 * to the longest of their batch. A model that reads no mask would take padding for text: its
 * batches hold samples of one length only.
 */
public final class SampleSource implements DataSource {
  private static final long DECODER_START = 0;

  private final ModelInputs inputs;
  private final SampleSet set;
  private final InputFiller filler;
  private final long[] order;
  private final long[] places;
  private final long seed;
  private final BatchPlan plan;
  private final SampleChoice choice;
  private final boolean mixes;
  private final boolean isOpen;
  private final Optional<LengthBatches> lengths;
  private final EmbeddingOptions embedding;

  /** Chooses the samples that {@code request} asks for. */
  public SampleSource(OnnxGraph graph, ModelInputs inputs, SampleSet set, DataRequest request) {
    this.inputs = inputs;
    this.set = set;
    this.filler = new InputFiller(request.seed());
    this.embedding = request.format().get(EmbeddingOptions.SET);
    this.choice =
        SampleChoice.of(
            set.size(),
            set.group(),
            BatchPlan.rounding(request, inputs),
            set.hasCalibrationPart() ? request.apartFrom(Optional.empty()) : request,
            new MeanSize(inputs, set, request.seed()));
    this.order = choice.indices();
    this.places = LongStream.range(0, order.length).toArray();
    this.seed = request.seed();
    if (!set.canSeek()) {
      Arrays.sort(order);
    }
    this.plan = BatchPlan.of(order.length, choice.wanted(), request, inputs, set.description());
    this.mixes =
        inputs.layouts().stream()
            .anyMatch(l -> isMaskOfTokens(l) && !graph.uses(l.name()).isEmpty());
    this.isOpen =
        set.hasPadding()
            && !inputs.fixedSequence()
            && request.format().get(Padding.SET) == Padding.BATCH;
    this.lengths = lengths();
  }

  /** Those of {@code all} at {@code places}. */
  private SampleSource(SampleSource all, long[] places, int together) {
    this.inputs = all.inputs;
    this.set = all.set;
    this.filler = all.filler;
    this.embedding = all.embedding;
    this.choice = all.choice;
    this.seed = all.seed;
    this.mixes = all.mixes;
    this.isOpen = all.isOpen;
    this.places = places;
    this.order = Arrays.stream(places).map(all::index).toArray();
    this.plan = all.plan.of(places.length, together);
    this.lengths = lengths();
  }

  /** One epoch of {@code all}. */
  private SampleSource(SampleSource all, long epochSeed, int rows) {
    this.inputs = all.inputs;
    this.set = all.set;
    this.filler = all.filler;
    this.embedding = all.embedding;
    this.choice = all.choice;
    this.seed = epochSeed;
    this.mixes = all.mixes;
    this.isOpen = all.isOpen;
    this.places =
        set.canSeek() ? SampleOrder.drawn(all.places, set.group(), epochSeed) : all.places;
    this.order = Arrays.stream(places).map(all::index).toArray();
    this.plan = all.plan.of(places.length, rows);
    this.lengths =
        Optional.of(
            new LengthBatches(
                new LengthBatches.Rule(
                        plan.batchSize(),
                        mixes || !isOpen,
                        seed,
                        LengthBatches.WINDOW,
                        this::length)
                    .training(set.group())));
  }

  /** The index in the set of the sample at {@code place}; places of a part are those of all. */
  private long index(long place) {
    return order[Arrays.binarySearch(places, place)];
  }

  private Optional<LengthBatches> lengths() {
    return isOpen
        ? Optional.of(
            new LengthBatches(
                new LengthBatches.Rule(
                    plan.batchSize(), mixes, seed, LengthBatches.WINDOW, this::length)))
        : Optional.empty();
  }

  @Override
  public DataSource some(long rows, int together) {
    long[] drawn = SampleOrder.some(plan.samples(), set.group(), rows, seed);
    return at(Arrays.stream(drawn).map(i -> places[Math.toIntExact(i)]).toArray(), together);
  }

  @Override
  public DataSource at(long[] chosen, int together) {
    return new SampleSource(this, chosen, together);
  }

  @Override
  public DataSource epoch(long epochSeed, int rows) {
    if (set.group() > 1 && isOpen && !mixes) {
      throw DataException.doing("cutting pairs into batches to train on")
          .expected("a model that reads a mask, by which texts of different length share a batch")
          .found("one that would take padding for text")
          .where(set.description())
          .fix("Export the model with its attention mask.");
    }
    return new SampleSource(this, epochSeed, rows);
  }

  @Override
  public Iterator<Batch> batches() {
    if (lengths.isEmpty()) {
      Iterator<Sample> samples = read();
      return plan.iterate(
          (first, count) ->
              batch(
                  take(samples, first, count),
                  Arrays.copyOfRange(
                      places, Math.toIntExact(first), Math.toIntExact(first) + count),
                  set.length()));
    }
    Iterator<List<LengthBatches.Placed>> batches = lengths.get().iterate(() -> new Counted(read()));
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return batches.hasNext();
      }

      @Override
      public Batch next() {
        return batch(batches.next());
      }
    };
  }

  private Batch batch(List<LengthBatches.Placed> placed) {
    List<Sample> samples = placed.stream().map(LengthBatches.Placed::sample).toList();
    long[] own = placed.stream().mapToLong(p -> places[Math.toIntExact(p.place())]).toArray();
    return plan.filled(batch(samples, own, isOpen ? longest(placed) : set.length()));
  }

  private int longest(List<LengthBatches.Placed> placed) {
    return placed.stream().mapToInt(p -> length(p.sample())).max().orElse(0);
  }

  @Override
  public Batch largest() {
    return lengths
        .map(found -> found.first(() -> new Counted(read())).stream())
        .flatMap(found -> found.max(Comparator.comparingInt(this::longest)))
        .map(this::batch)
        .orElseGet(() -> batches().next());
  }

  /** That of the middle, half of all samples being in batches no longer. */
  @Override
  public Batch typical() {
    if (lengths.isEmpty()) {
      return batches().next();
    }
    List<List<LengthBatches.Placed>> sorted =
        lengths.get().first(() -> new Counted(read())).stream()
            .sorted(Comparator.comparingInt(this::longest))
            .toList();
    long half = sorted.stream().mapToLong(List::size).sum() / 2;
    int at = 0;
    for (long seen = sorted.get(0).size(); seen <= half && at + 1 < sorted.size(); at++) {
      seen += sorted.get(at + 1).size();
    }
    return batch(sorted.get(at));
  }

  @Override
  public double growth() {
    if (lengths.isEmpty()) {
      return 1;
    }
    List<List<LengthBatches.Placed>> found = lengths.get().first(() -> new Counted(read()));
    double first = longest(found.get(0));
    double elements = 0;
    double samples = 0;
    for (List<LengthBatches.Placed> batch : found) {
      double ratio = Math.max(1, longest(batch) / first);
      elements += batch.size() * ratio * ratio;
      samples += batch.size();
    }
    return elements / samples;
  }

  private Iterator<Sample> read() {
    return set.read(Arrays.copyOf(order, Math.toIntExact(plan.samples())));
  }

  /** Tokens that a sample takes in a batch: as many as the longest of what has one for each. */
  private int length(Sample sample) {
    long longest = isPerToken() ? sample.label().map(SampleSource::first).orElse(0L) : 0;
    for (InputLayout layout : inputs.layouts()) {
      Tensor given = sample.inputs().get(layout.name());
      if (given != null && layout.role().isTokenWise()) {
        longest = Math.max(longest, first(given));
      }
    }
    return Math.toIntExact(longest);
  }

  private static long first(Tensor tensor) {
    return tensor.rank() == 0 ? 0 : tensor.dim(0);
  }

  /** All samples, and a complaint where they end early. */
  private final class Counted implements Iterator<Sample> {
    private final Iterator<Sample> samples;
    private long taken;

    Counted(Iterator<Sample> samples) {
      this.samples = samples;
    }

    @Override
    public boolean hasNext() {
      return taken < plan.samples();
    }

    @Override
    public Sample next() {
      if (!samples.hasNext()) {
        throw ended(taken);
      }
      taken++;
      return samples.next();
    }
  }

  private List<Sample> take(Iterator<Sample> samples, long first, int count) {
    List<Sample> taken = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      if (!samples.hasNext()) {
        throw ended(first + i);
      }
      taken.add(samples.next());
    }
    return taken;
  }

  private DataException ended(long taken) {
    return DataException.doing("reading samples")
        .expected(plan.samples() + " samples, as were counted before")
        .found("an end after " + taken)
        .where(set.description())
        .fix("Leave the file alone while it is read.");
  }

  private Batch batch(List<Sample> samples, long[] places, int length) {
    Optional<Tensor> mask = hasPadding() ? Optional.of(mask(samples, length)) : Optional.empty();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (InputLayout layout : inputs.layouts()) {
      tensors.put(layout.name(), input(layout, samples, places, length, mask));
    }
    boolean isLabelled = samples.stream().allMatch(s -> s.label().isPresent());
    Optional<Tensor> labels = isLabelled ? Optional.of(labels(samples, length)) : Optional.empty();
    return new Batch(places, samples.size(), tensors, labels, mask);
  }

  private Tensor input(
      InputLayout layout, List<Sample> samples, long[] places, int length, Optional<Tensor> mask) {
    String name = layout.name();
    if (samples.stream().allMatch(s -> s.inputs().containsKey(name))) {
      List<Tensor> rows = samples.stream().map(s -> s.inputs().get(name)).toList();
      Tensor stacked =
          Stacking.stack(rows, layout.role().isTokenWise() ? length : 0, set.padding(name));
      boolean isList = layout.batchAxis() < 0 && samples.size() == 1;
      Tensor shaped = isList ? stacked.withoutFirstAxis() : stacked;
      return TensorConversion.convert(shaped, layout.type(), set.description());
    }
    boolean isLabelled = samples.stream().allMatch(s -> s.label().isPresent());
    if (set.task() == Task.SEQ2SEQ && isLabelled && TaskEvidence.isDecoderInput(layout)) {
      Tensor ids = Labels.shiftedRight(labels(samples, length), DECODER_START, DECODER_START);
      return TensorConversion.convert(ids, layout.type(), set.description());
    }
    if (InputQuestion.mustBeGiven(layout)) {
      throw InputQuestion.about(
          layout,
          "values for " + new TreeSet<>(samples.get(0).inputs().keySet()),
          set.description(),
          "Give them as a column of that name in a table or query, or all inputs as arrays of an"
              + " .npz.");
    }
    if (isMaskOfTokens(layout) && mask.isPresent()) {
      return TensorConversion.convert(mask.get(), layout.type(), set.description());
    }
    InputLayout sized = length == 0 ? layout : layout.withSequence(inputs.sequenceLength(), length);
    return filler.make(sized, places);
  }

  /** Whether padding of the tokens is told by it; a decoder's tokens are others. */
  private static boolean isMaskOfTokens(InputLayout layout) {
    String name = layout.name().toLowerCase(Locale.ROOT);
    return layout.role() instanceof InputRole.Mask
        && layout.shape().length == 2
        && !name.startsWith("decoder");
  }

  private Tensor labels(List<Sample> samples, int length) {
    List<Tensor> rows = samples.stream().map(s -> s.label().orElseThrow()).toList();
    return Stacking.stack(rows, isPerToken() ? length : 0, Labels.IGNORED);
  }

  /** Whether there is a label for each token. */
  private boolean isPerToken() {
    return switch (set.task()) {
      case CAUSAL_LM, MASKED_LM, TOKEN_CLASSIFICATION, SEQ2SEQ -> true;
      case CLASSIFICATION, SPAN, REGRESSION, SIMILARITY, NEIGHBOURS, AGREEMENT -> false;
    };
  }

  /** 1 for tokens and 0 for padding, {@code [B, T]}. */
  private Tensor mask(List<Sample> samples, int length) {
    long[] valid = new long[samples.size() * length];
    for (int s = 0; s < samples.size(); s++) {
      int tokens = samples.get(s).tokens();
      Arrays.fill(valid, s * length, s * length + (tokens < 0 ? length : tokens), 1);
    }
    return Tensor.ofLongs(valid, samples.size(), length);
  }

  @Override
  public long samples() {
    return plan.samples();
  }

  @Override
  public Scoring scoring() {
    return Scoring.of(task(), embedding);
  }

  @Override
  public long others() {
    return choice.others();
  }

  @Override
  public String description() {
    List<String> words = task().comparesEmbeddings() ? embedding.inWords() : List.of();
    String made = words.isEmpty() ? "" : ", " + String.join(", ", words);
    return String.format(
        Locale.ROOT,
        "%s%s: %s%s",
        set.description(),
        made,
        choice.inWords(plan.samples()),
        plan.note());
  }

  @Override
  public boolean synthetic() {
    return false;
  }

  @Override
  public boolean hasPadding() {
    return set.hasPadding() && (mixes || !isOpen);
  }

  @Override
  public boolean hasCalibrationPart() {
    return set.hasCalibrationPart();
  }

  @Override
  public boolean hasCopies() {
    boolean isCutByLength = isOpen && !mixes;
    return plan.hasCopies() || (isCutByLength && inputs.fixedBatch() && inputs.batchSize() > 1);
  }

  @Override
  public Task task() {
    return set.task();
  }
}

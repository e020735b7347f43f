package dev.tailgate.data.synthetic;

import dev.tailgate.data.Amount;
import dev.tailgate.data.Batch;
import dev.tailgate.data.BatchPlan;
import dev.tailgate.data.DataFormat;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.SampleOrder;
import dev.tailgate.data.Task;
import dev.tailgate.engine.fit.SizeSearch;
import dev.tailgate.engine.input.InputFiller;
import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.input.SizeChoice;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Samples made from the model's signature alone: uniform token ids, N(0, 1) pixels and features,
 * masks of ones. A sample depends on the seed and its index, not on the batch it is in. Where the
 * model fixes its batch, the last one is filled up with copies.
 */
public final class SyntheticSource implements DataSource {
  /** What there is without data. */
  public static final DataFormat FORMAT =
      new DataFormat(
          "synthetic",
          "",
          List.of(),
          opening -> opening.request().data().isEmpty(),
          opening -> SyntheticSource.fitting(opening.model(), opening.request()));

  private static final int LISTED = 4;

  private final ModelInputs inputs;
  private final InputFiller filler;
  private final BatchPlan plan;
  private final Optional<long[]> places;
  private final long seed;
  private final String sizeNote;

  /**
   * Samples for {@code model} of exactly the sizes asked for; the data and tokenizer of the request
   * are ignored.
   */
  public SyntheticSource(OnnxModel model, DataRequest request) {
    this(model, request, SizeChoice.asked(request.batchSize(), request.sequenceLength()), "");
  }

  private SyntheticSource(OnnxModel model, DataRequest request, SizeChoice sizes, String sizeNote) {
    this.inputs = ModelInputs.of(model.graph(), sizes);
    this.sizeNote = sizeNote;
    this.filler = new InputFiller(request.seed());
    this.seed = request.seed();
    this.places = Optional.empty();
    long asked =
        request.amount() instanceof Amount.Budget
            ? Amount.MADE_UP
            : request.amount().samples(1, Amount.SampleSize.ONE);
    this.plan = BatchPlan.of(Long.MAX_VALUE, asked, request, inputs, "the model's signature");
  }

  /** Those of {@code all} at {@code places}. */
  private SyntheticSource(SyntheticSource all, long[] places, int together) {
    this.inputs = all.inputs;
    this.sizeNote = all.sizeNote;
    this.filler = all.filler;
    this.seed = all.seed;
    this.places = Optional.of(places);
    this.plan = all.plan.of(places.length, together);
  }

  /** The first ones: all are drawn alike. */
  @Override
  public DataSource some(long rows, int together) {
    long taken = Math.max(1, Math.min(rows, samples()));
    return at(LongStream.range(0, taken).map(this::place).toArray(), together);
  }

  @Override
  public DataSource at(long[] chosen, int together) {
    return new SyntheticSource(this, chosen, together);
  }

  @Override
  public DataSource epoch(long epochSeed, int rows) {
    long[] all = LongStream.range(0, samples()).map(this::place).toArray();
    long[] drawn = SampleOrder.drawn(all, 1, epochSeed);
    int batch = plan.of(1, rows).batchSize();
    return new SyntheticSource(this, Arrays.copyOf(drawn, drawn.length / batch * batch), rows);
  }

  /**
   * Samples for {@code model} of sizes that it runs with: those asked for, or others that its graph
   * holds.
   *
   * @throws DataException where it runs with none of those that its constants suggest
   */
  public static SyntheticSource fitting(OnnxModel model, DataRequest request) {
    SizeSearch.Found found = SizeSearch.find(model, request.batchSize(), request.sequenceLength());
    if (!found.runs() && !found.tried().isEmpty()) {
      List<String> tried = found.tried();
      throw DataException.doing("making inputs for the model")
          .expected("sizes that it runs with")
          .found("'" + found.reason() + "'")
          .where(
              String.format(
                  Locale.ROOT,
                  "all of %d that its constants suggest, such as %s",
                  tried.size(),
                  String.join("; ", tried.subList(0, Math.min(LISTED, tried.size())))))
          .fix("Give samples with --data, which have the sizes that the model takes.");
    }
    boolean isAsked = found.tried().size() <= 1;
    String note =
        isAsked
            ? ""
            : ", of the sizes that the model was found to run with: "
                + found.tried().get(found.tried().size() - 1);
    return new SyntheticSource(model, request, found.sizes(), note);
  }

  @Override
  public Iterator<Batch> batches() {
    return plan.iterate(this::batch);
  }

  private Batch batch(long firstSample, int samples) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    long[] own = LongStream.range(firstSample, firstSample + samples).map(this::place).toArray();
    for (InputLayout layout : inputs.layouts()) {
      tensors.put(layout.name(), filler.make(layout, own));
    }
    return new Batch(own, samples, tensors, Optional.empty(), Optional.empty());
  }

  private long place(long sample) {
    return places.map(p -> p[Math.toIntExact(sample)]).orElse(sample);
  }

  /** The role of each input, by name. */
  public Map<String, InputRole> roles() {
    return inputs.layouts().stream()
        .collect(Collectors.toUnmodifiableMap(InputLayout::name, InputLayout::role));
  }

  @Override
  public long samples() {
    return plan.samples();
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT,
        "synthetic inputs from the model's signature, sequence length %d, seed %d%s%s",
        inputs.sequenceLength(),
        seed,
        sizeNote,
        plan.note());
  }

  @Override
  public boolean synthetic() {
    return true;
  }

  @Override
  public boolean hasPadding() {
    return false;
  }

  @Override
  public boolean hasCopies() {
    return plan.hasCopies();
  }

  @Override
  public Task task() {
    return Task.AGREEMENT;
  }
}

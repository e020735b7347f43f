package dev.tailgate.data;

import dev.tailgate.engine.input.InputFiller;
import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.InputQuestion;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.engine.tensor.TensorConversion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Batches of a {@link SampleSet}: chooses the samples, fills short ones up, stacks them, and makes
 * the inputs that no data gives (masks, positions, token types, past state). One batch is in memory
 * at a time, and a sample does not depend on the batch it is in.
 */
public final class SampleSource implements DataSource {
  private static final long DECODER_START = 0;

  private final ModelInputs inputs;
  private final SampleSet set;
  private final InputFiller filler;
  private final long[] order;
  private final BatchPlan plan;
  private final boolean shuffled;
  private final Shard shard;

  /** Chooses the samples that {@code request} asks for. */
  public SampleSource(ModelInputs inputs, SampleSet set, DataRequest request) {
    this.inputs = inputs;
    this.set = set;
    this.filler = new InputFiller(request.seed());
    this.shard = request.shard();
    this.shuffled = request.shuffle().orElse(set.shuffledByDefault());
    long most = BatchPlan.most(request, inputs);
    long[] chosen =
        SampleOrder.choose(set.size(), most, set.group(), shuffled, request.seed(), shard);
    if (!set.canSeek()) {
      Arrays.sort(chosen);
    }
    this.order = chosen;
    this.plan = BatchPlan.of(chosen.length, request, inputs, set.description());
  }

  @Override
  public Iterator<Batch> batches() {
    Iterator<Sample> samples = set.read(Arrays.copyOf(order, Math.toIntExact(plan.samples())));
    return plan.iterate((first, count) -> batch(take(samples, first, count), first));
  }

  private List<Sample> take(Iterator<Sample> samples, long first, int count) {
    List<Sample> taken = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      if (!samples.hasNext()) {
        throw DataException.doing("reading samples")
            .expected(plan.samples() + " samples, as were counted before")
            .found("an end after " + (first + i))
            .where(set.description())
            .fix("Leave the file alone while it is read.");
      }
      taken.add(samples.next());
    }
    return taken;
  }

  private Batch batch(List<Sample> samples, long first) {
    Optional<Tensor> mask = hasPadding() ? Optional.of(mask(samples)) : Optional.empty();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (InputLayout layout : inputs.layouts()) {
      tensors.put(layout.name(), input(layout, samples, first, mask));
    }
    boolean isLabelled = samples.stream().allMatch(s -> s.label().isPresent());
    Optional<Tensor> labels = isLabelled ? Optional.of(labels(samples)) : Optional.empty();
    return new Batch(first, samples.size(), tensors, labels, mask);
  }

  private Tensor input(
      InputLayout layout, List<Sample> samples, long first, Optional<Tensor> mask) {
    String name = layout.name();
    if (samples.stream().allMatch(s -> s.inputs().containsKey(name))) {
      List<Tensor> rows = samples.stream().map(s -> s.inputs().get(name)).toList();
      Tensor stacked =
          Stacking.stack(rows, isTokenWise(layout) ? set.length() : 0, set.padding(name));
      boolean isList = layout.batchAxis() < 0 && samples.size() == 1;
      Tensor shaped = isList ? stacked.withoutFirstAxis() : stacked;
      return TensorConversion.convert(shaped, layout.type(), set.description());
    }
    boolean isLabelled = samples.stream().allMatch(s -> s.label().isPresent());
    if (set.task() == Task.SEQ2SEQ && isLabelled && TaskEvidence.isDecoderInput(layout)) {
      Tensor ids = Labels.shiftedRight(labels(samples), DECODER_START, DECODER_START);
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
    InputLayout sized =
        set.length() == 0 ? layout : layout.withSequence(inputs.sequenceLength(), set.length());
    return filler.make(sized, first, samples.size());
  }

  /** Whether padding of the tokens is told by it; a decoder's tokens are others. */
  private static boolean isMaskOfTokens(InputLayout layout) {
    String name = layout.name().toLowerCase(Locale.ROOT);
    return layout.role() instanceof InputRole.Mask
        && layout.shape().length == 2
        && !name.startsWith("decoder");
  }

  private static boolean isTokenWise(InputLayout layout) {
    InputRole role = layout.role();
    return role instanceof InputRole.TokenIds
        || role instanceof InputRole.TokenTypes
        || role instanceof InputRole.PositionIds
        || role instanceof InputRole.Mask;
  }

  private Tensor labels(List<Sample> samples) {
    List<Tensor> rows = samples.stream().map(s -> s.label().orElseThrow()).toList();
    boolean perToken =
        switch (set.task()) {
          case CAUSAL_LM, MASKED_LM, TOKEN_CLASSIFICATION, SEQ2SEQ -> true;
          case CLASSIFICATION, SPAN, REGRESSION, SIMILARITY, NEIGHBOURS, AGREEMENT -> false;
        };
    return Stacking.stack(rows, perToken ? set.length() : 0, Labels.IGNORED);
  }

  /** 1 for tokens and 0 for padding, {@code [B, T]}. */
  private Tensor mask(List<Sample> samples) {
    int length = set.length();
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
  public String description() {
    String part = shard.count() == 1 ? "" : ", part " + shard.index() + "/" + shard.count();
    return "%s: %d of %d samples%s%s%s"
        .formatted(
            set.description(),
            plan.samples(),
            set.size(),
            part,
            shuffled ? ", shuffled" : "",
            plan.note());
  }

  @Override
  public boolean synthetic() {
    return false;
  }

  @Override
  public boolean hasPadding() {
    return set.hasPadding();
  }

  @Override
  public boolean hasCalibrationPart() {
    return set.hasCalibrationPart();
  }

  @Override
  public boolean hasCopies() {
    return plan.hasCopies();
  }

  @Override
  public Task task() {
    return set.task();
  }
}

package dev.tailgate.quant.data.text;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.data.Batch;
import dev.tailgate.quant.data.BatchPlan;
import dev.tailgate.quant.data.DataRequest;
import dev.tailgate.quant.data.DataSource;
import dev.tailgate.quant.data.Labels;
import dev.tailgate.quant.data.Task;
import dev.tailgate.quant.data.TaskRule;
import dev.tailgate.quant.input.InputFiller;
import dev.tailgate.quant.input.InputLayout;
import dev.tailgate.quant.input.InputRole;
import dev.tailgate.quant.input.ModelInputs;
import dev.tailgate.quant.tensor.DataException;
import dev.tailgate.quant.tensor.Tensor;
import dev.tailgate.quant.tensor.TensorConversion;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Samples from a UTF-8 text. For a causal language model the text is one stream of tokens, cut into
 * blocks of the sequence length; for others each document (a line, or a block between blank lines)
 * is a sample, cut, padded to one length for all samples, and masked if the model predicts masked
 * tokens. A sample does not depend on the batch size.
 *
 * <p>The text is read once, until there are enough samples; only their token ids stay in memory.
 */
public final class TextSource implements DataSource {
  private final Path text;
  private final ModelInputs inputs;
  private final InputLayout tokenIds;
  private final InputFiller filler;
  private final List<TokenSamples.Sample> samples;
  private final int length;
  private final int padding;
  private final Optional<TokenMasking> masking;
  private final BatchPlan plan;
  private final Task task;
  private final boolean hasPadding;

  /** Tokenizes as much of {@code text} as the request asks for. */
  public TextSource(OnnxModel model, DataRequest request, Path text, Path tokenizerFile) {
    this.text = text;
    this.inputs = ModelInputs.of(model.graph(), request.batchSize(), request.sequenceLength());
    this.tokenIds =
        inputs.tokenIds().orElseThrow(() -> notForText(text, "a model that reads token ids"));
    this.filler = new InputFiller(request.seed());
    int vocabulary = ((InputRole.TokenIds) tokenIds.role()).vocabulary();
    TokenSamples cutter = new TokenSamples(text, inputs.sequenceLength(), vocabulary);
    OptionalLong maskToken;
    try (TextTokenizer probe = TextTokenizer.open(tokenizerFile, false)) {
      maskToken = probe.maskToken();
      this.padding = (int) probe.paddingToken();
    }
    this.task = TaskRule.forText(model.graph(), inputs, maskToken.isPresent(), request.task());
    // Without a mask the model cannot tell padding from text: give it full blocks only.
    boolean isStream = task == Task.CAUSAL_LM || attentionMask().isEmpty();
    int wanted = (int) Math.min(Integer.MAX_VALUE, (long) request.samples() + inputs.batchSize());
    try (TextTokenizer tokenizer = TextTokenizer.open(tokenizerFile, !isStream)) {
      this.samples =
          isStream ? cutter.blocks(tokenizer, wanted) : cutter.documents(tokenizer, wanted);
    }
    this.masking = masking(maskToken, vocabulary, request.seed());
    this.plan = BatchPlan.of(samples.size(), request.samples(), inputs, text.toString());
    boolean isFixed = inputs.fixedSequence();
    this.length = isFixed ? inputs.sequenceLength() : TokenSamples.longest(samples);
    this.hasPadding = TokenSamples.anyShorterThan(samples, length);
  }

  private Optional<TokenMasking> masking(OptionalLong maskToken, int vocabulary, long seed) {
    if (task == Task.CLASSIFICATION) {
      throw notForText(text, "labels for classification");
    }
    if (task != Task.MASKED_LM) {
      return Optional.empty();
    }
    int token =
        (int) maskToken.orElseThrow(() -> notForText(text, "a tokenizer with a mask token"));
    return Optional.of(new TokenMasking(token, vocabulary, seed));
  }

  private Optional<InputLayout> attentionMask() {
    return inputs.layouts().stream()
        .filter(l -> l.role() instanceof InputRole.Mask && l.shape().length == 2)
        .findFirst();
  }

  private static DataException notForText(Path text, String expected) {
    return DataException.doing("reading text " + text.getFileName())
        .expected(expected)
        .found("none")
        .where(text.toString())
        .fix("Give .npz data, or leave the data out to use synthetic inputs.");
  }

  @Override
  public Iterator<Batch> batches() {
    return plan.iterate(this::batch);
  }

  private Batch batch(long firstSample, int count) {
    long[] ids = new long[count * length];
    long[] labels = new long[count * length];
    long[] valid = new long[count * length];
    Arrays.fill(labels, Labels.IGNORED);
    for (int s = 0; s < count; s++) {
      TokenSamples.Sample sample = samples.get((int) firstSample + s);
      int[] tokens = sample.ids().clone();
      long[] expected =
          masking.isPresent()
              ? masking.get().apply(tokens, sample.special(), firstSample + s)
              : Arrays.stream(tokens).asLongStream().toArray();
      int[] full = TokenSamples.padded(tokens, length, padding);
      System.arraycopy(expected, 0, labels, s * length, expected.length);
      Arrays.fill(valid, s * length, s * length + tokens.length, 1);
      for (int t = 0; t < length; t++) {
        ids[s * length + t] = full[t];
      }
    }
    Tensor mask = Tensor.ofLongs(valid, count, length);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (InputLayout layout : inputs.layouts()) {
      tensors.put(layout.name(), tensor(layout, ids, mask, firstSample, count));
    }
    return new Batch(
        firstSample,
        count,
        tensors,
        task == Task.AGREEMENT
            ? Optional.empty()
            : Optional.of(Tensor.ofLongs(labels, count, length)),
        hasPadding ? Optional.of(mask) : Optional.empty());
  }

  private Tensor tensor(InputLayout layout, long[] ids, Tensor mask, long firstSample, int count) {
    if (layout.equals(tokenIds)) {
      boolean isList = layout.batchAxis() < 0;
      long[] shape = isList ? new long[] {length} : new long[] {count, length};
      return TensorConversion.convert(Tensor.ofLongs(ids, shape), layout.type(), text.toString());
    }
    if (hasPadding && attentionMask().filter(layout::equals).isPresent()) {
      return TensorConversion.convert(mask, layout.type(), text.toString());
    }
    return filler.make(layout.withSequence(inputs.sequenceLength(), length), firstSample, count);
  }

  @Override
  public long samples() {
    return plan.samples();
  }

  @Override
  public String description() {
    String kind =
        switch (task) {
          case CAUSAL_LM -> "blocks";
          case MASKED_LM -> "documents, 15 % of the tokens masked";
          case CLASSIFICATION,
              TOKEN_CLASSIFICATION,
              SPAN,
              REGRESSION,
              SIMILARITY,
              NEIGHBOURS,
              SEQ2SEQ,
              AGREEMENT ->
              "samples";
        };
    return "%s: %d %s of at most %d tokens"
        .formatted(text.getFileName(), plan.samples(), kind, length);
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
  public Task task() {
    return task;
  }
}

package dev.tailgate.data.text;

import dev.tailgate.data.Amount;
import dev.tailgate.data.BatchPlan;
import dev.tailgate.data.ClosingIterator;
import dev.tailgate.data.DataFormat;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.EmbeddingOptions;
import dev.tailgate.data.Opening;
import dev.tailgate.data.Padding;
import dev.tailgate.data.Sample;
import dev.tailgate.data.SampleSet;
import dev.tailgate.data.Task;
import dev.tailgate.data.TaskEvidence;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.OnnxGraph;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Samples from a UTF-8 text. For a causal language model the text is one stream of tokens, cut into
 * windows of the sequence length, which overlap where the stride is shorter; for others each
 * document (a line, or a block between blank lines) is a sample, cut, padded to one length for all
 * samples, and masked if the model predicts masked tokens.
 *
 * <p>The text is tokenized once to count it and again as it is read; what is kept is where in the
 * file its tokens lie. Of a text of more than 8 MiB only the beginning is counted, and samples are
 * drawn from that, unless drawing from all of it is asked for; where the first ones are, as much as
 * they need.
 */
public final class TextSet implements SampleSet {
  /** Bytes of a longer text from which samples are drawn, unless all of it is asked for. */
  private static final long DRAWN_FROM = 8L << 20;

  /** A document is no shorter between its frames. */
  private static final int FEWEST_TOKENS = 3;

  /** Bare text. */
  public static final DataFormat FORMAT =
      new DataFormat(
          "text",
          ".txt",
          List.of(TextOptions.SET, Padding.SET, EmbeddingOptions.SET),
          opening -> opening.isFile(".txt"),
          opening -> opening.batches(opening.inputs(), open(opening)));

  private final Path path;
  private final ModelInputs inputs;
  private final TextEncoder encoder;
  private final Task task;
  private final TokenSamples samples;
  private final WindowReader.Windows windows;
  private final boolean isStream;
  private final TextCount count;

  /** Counts as much of the text at {@code path} as the request asks for. */
  public TextSet(OnnxGraph graph, ModelInputs inputs, DataRequest request, Path path, Path file) {
    this.path = path;
    this.inputs = inputs;
    this.encoder =
        new TextEncoder(TokenizerFile.open(file), inputs, false)
            .with(request.format().get(EmbeddingOptions.SET));
    this.task =
        Task.infer(
            new TaskEvidence(graph, inputs, Optional.empty(), encoder.hasMaskToken()),
            request.task());
    requireTextTask();
    // Without a mask the model cannot tell padding from text: give it full windows only.
    this.isStream = task == Task.CAUSAL_LM || !hasMask(inputs);
    EmbeddingOptions embedding = request.format().get(EmbeddingOptions.SET);
    if (isStream && embedding.hasPrefix()) {
      throw DataException.doing("reading text " + path.getFileName())
          .expected("texts of their own, of which each can have a prefix")
          .found("one stream of tokens")
          .fix("Leave --prefix out, or give a table with a column text.");
    }
    this.windows = windows(request.format().get(TextOptions.SET).stride());
    this.samples = new TokenSamples(inputs, encoder, task, request.seed());
    this.count = count(request);
  }

  private static TextSet open(Opening opening) {
    return new TextSet(
        opening.model().graph(),
        opening.inputs(),
        opening.request(),
        opening.path().orElseThrow(),
        TokenizerFile.find(opening));
  }

  private static boolean hasMask(ModelInputs inputs) {
    return inputs.layouts().stream()
        .anyMatch(l -> l.role() instanceof InputRole.Mask && l.shape().length == 2);
  }

  private void requireTextTask() {
    if (task.form().isGiven()) {
      throw DataException.doing("reading text " + path.getFileName())
          .expected("labels for " + task.label())
          .found("bare text")
          .where(path.toString())
          .fix("Give a table with labels, such as a .tsv, or another --task.");
    }
  }

  private WindowReader.Windows windows(int stride) {
    int length = inputs.sequenceLength();
    boolean overlaps = stride != 0 && stride != length;
    if (stride < 0 || stride > length || (overlaps && task != Task.CAUSAL_LM)) {
      throw DataException.doing("cutting text " + path.getFileName() + " into windows")
          .expected(
              task == Task.CAUSAL_LM
                  ? "a stride of 1 to " + length + ", the window"
                  : "no stride, which is for causal language models")
          .found("stride " + stride)
          .fix("Give another --stride, or none.");
    }
    return new WindowReader.Windows(length, stride == 0 ? length : stride);
  }

  private TextCount count(DataRequest request) {
    boolean isWhole = request.shard().count() > 1;
    long wanted = Long.MAX_VALUE;
    if (!isWhole && !request.shuffle().orElse(true)) {
      Amount.SampleSize least =
          Amount.SampleSize.of(isStream ? windows.length() : FEWEST_TOKENS, true);
      wanted =
          request.amount().samples(1, least)
              + request.apartFrom().map(a -> a.samples(1, least)).orElse(0L)
              + BatchPlan.rounding(request, inputs)
              - 1;
    }
    long bytes = isWhole || request.shuffle().isPresent() ? Long.MAX_VALUE : DRAWN_FROM;
    return isStream
        ? TextCount.ofTokens(path, encoder, windows, wanted, bytes)
        : TextCount.ofDocuments(path, encoder, inputs.sequenceLength(), wanted, bytes);
  }

  @Override
  public long size() {
    return count.samples();
  }

  @Override
  public Iterator<Sample> read(long[] indices) {
    return new ClosingIterator<>(
        isStream
            ? new WindowReader(path, count.index(), encoder, samples, windows, indices)
            : new DocumentReader(path, count.index(), encoder, samples, indices));
  }

  @Override
  public Task task() {
    return task;
  }

  @Override
  public String description() {
    String unit = isStream ? "windows" : "documents";
    String masked = task == Task.MASKED_LM ? ", 15 % of the tokens masked" : "";
    String overlap =
        windows.stride() < windows.length()
            ? ", of which the last " + windows.stride() + " count"
            : "";
    return String.format(
        Locale.ROOT,
        "%s%s, %s of at most %d tokens%s%s, %s",
        path.getFileName(),
        count.isWhole() ? "" : " (its beginning)",
        unit,
        length(),
        overlap,
        masked,
        encoder.kind());
  }

  @Override
  public double padding(String input) {
    return inputs.tokenIds().filter(ids -> ids.name().equals(input)).isPresent()
        ? encoder.paddingToken()
        : 0;
  }

  @Override
  public boolean hasPadding() {
    return !isStream && count.shortest() < length();
  }

  @Override
  public int length() {
    return isStream || inputs.fixedSequence() ? inputs.sequenceLength() : count.longest();
  }
}

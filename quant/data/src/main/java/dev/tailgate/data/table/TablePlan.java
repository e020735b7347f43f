package dev.tailgate.data.table;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.EmbeddingOptions;
import dev.tailgate.data.Sample;
import dev.tailgate.data.Task;
import dev.tailgate.data.TaskEvidence;
import dev.tailgate.data.text.TextEncoder;
import dev.tailgate.data.text.TokenSamples;
import dev.tailgate.data.text.TokenizerFile;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.Printable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a row becomes a sample.
 *
 * @param table for messages
 * @param fields what inputs are made of
 * @param label what the label is made of; empty where there is none, or the tokens are their own
 * @param encoder of the texts, if there are any
 * @param words what was decided, for the report
 */
record TablePlan(
    String table,
    List<Field> fields,
    Optional<Label> label,
    Task task,
    Optional<TextEncoder> encoder,
    List<String> words) {

  static TablePlan of(
      TableQuery table,
      OnnxGraph graph,
      ModelInputs inputs,
      DataRequest request,
      Supplier<Path> tokenizer) {
    List<Column> columns = TableDescription.columns(table);
    ColumnNames names =
        new ColumnNames(table, columns, request.format().get(TableOptions.SET).columns(), inputs);
    LabelPlan labels = new LabelPlan(names, graph, inputs, request.task());
    InputPlan plan = InputPlan.of(names, inputs, labels.candidates(), table);
    Optional<TextEncoder> encoder =
        plan.texts().isEmpty()
            ? Optional.empty()
            : Optional.of(
                new TextEncoder(TokenizerFile.open(tokenizer.get()), inputs, plan.cutSecond()));
    Optional<LabelPlan.Choice> choice = labels.choose(table, plan);
    Task task =
        choice
            .map(LabelPlan.Choice::task)
            .orElseGet(() -> unlabelled(graph, inputs, request, encoder, names, table));
    List<Field> fields = new ArrayList<>(plan.direct());
    List<String> words = new ArrayList<>();
    encoder.ifPresent(
        e -> {
          Task own = choice.isPresent() ? Task.AGREEMENT : task;
          TokenSamples samples = new TokenSamples(inputs, e, own, request.seed());
          fields.add(text(plan, prefixed(e, plan, request, task), samples, task));
          words.add(e.kind());
        });
    if (!plan.features().isEmpty()) {
      fields.add(new Field.Features(plan.features(), inputs.primary().orElseThrow()));
    }
    words.add(0, inWords(fields, choice.map(LabelPlan.Choice::label)));
    // A result says what it was measured on, so that it can be measured again.
    request
        .data()
        .filter(DataSpec.QuerySpec.class::isInstance)
        .ifPresent(q -> words.add(0, Printable.of(q.toString())));
    table.csv().flatMap(CsvDialect::note).ifPresent(words::add);
    choice.map(LabelPlan.Choice::words).filter(w -> !w.isEmpty()).ifPresent(words::add);
    return new TablePlan(
        table.name(), fields, choice.map(LabelPlan.Choice::label), task, encoder, words);
  }

  /** Texts that are read together, or in which an answer is found, stay as they are. */
  private static TextEncoder prefixed(
      TextEncoder encoder, InputPlan plan, DataRequest request, Task task) {
    EmbeddingOptions options = request.format().get(EmbeddingOptions.SET);
    boolean isOwn = (plan.texts().size() == 1 || task.group() == 2) && task != Task.SPAN;
    // A folder's own prompt is for texts of their own, and no mistake of the user.
    if (options.hasPrefix() && !isOwn && options.found().isEmpty()) {
      throw DataException.doing("putting --prefix in front of texts")
          .expected("texts of their own, one a row or two to be compared")
          .found("two that are read together, for task " + task.label())
          .fix("Leave --prefix out.");
    }
    return isOwn ? encoder.with(options) : encoder;
  }

  private static Field text(InputPlan plan, TextEncoder encoder, TokenSamples samples, Task task) {
    Column first = plan.texts().get(0);
    if (plan.texts().size() == 1) {
      return new Field.Text(first, Optional.empty(), encoder, samples);
    }
    Column second = plan.texts().get(1);
    return task.group() == 2
        ? new Field.TextPair(first, second, encoder, samples)
        : new Field.Text(first, Optional.of(second), encoder, samples);
  }

  private static Task unlabelled(
      OnnxGraph graph,
      ModelInputs inputs,
      DataRequest request,
      Optional<TextEncoder> encoder,
      ColumnNames names,
      TableQuery table) {
    Task task =
        Task.infer(
            new TaskEvidence(
                graph,
                inputs,
                Optional.empty(),
                encoder.filter(TextEncoder::hasMaskToken).isPresent()),
            request.task());
    boolean canLabel = encoder.isPresent() || task != Task.MASKED_LM;
    if (task.form().isGiven() || !canLabel) {
      throw DataException.doing("choosing columns of " + table.name())
          .expected("labels for " + task.label() + ", for example in a column label")
          .found(names.inWords())
          .fix("Name the column, for example --columns label=stars.");
    }
    return task;
  }

  private static String inWords(List<Field> fields, Optional<Label> label) {
    return Stream.concat(
            fields.stream().flatMap(f -> f.columns().stream()),
            label.stream().flatMap(l -> l.columns().stream()))
        .map(Column::name)
        .distinct()
        .collect(Collectors.joining(", ", "columns ", ""));
  }

  /** The sample at {@code index}, made of {@code row}. */
  Sample sample(long index, Row row) {
    SampleParts parts = new SampleParts(index);
    fields.forEach(f -> f.add(row, parts));
    label.ifPresent(l -> parts.label(l.of(row, parts)));
    if (label.isEmpty() && task == Task.CAUSAL_LM) {
      parts.labelByTokens();
    }
    return parts.sample();
  }

  boolean hasText() {
    return encoder.isPresent();
  }

  double padding() {
    return encoder.map(TextEncoder::paddingToken).orElse(0.0);
  }

  String description() {
    return table + ", " + String.join(", ", words);
  }
}

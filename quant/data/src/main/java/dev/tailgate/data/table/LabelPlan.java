package dev.tailgate.data.table;

import dev.tailgate.data.LabelForm;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.input.PrimaryOutput;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.OnnxGraph;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides which columns become labels, and so the task: the first that fits the task asked for of
 * answers (SPAN), a score of two texts (SIMILARITY), {@code label} as class (CLASSIFICATION) or as
 * a list a token, and numbers in {@code target}, {@code label} or {@code score} (REGRESSION).
 */
final class LabelPlan {
  /**
   * What was decided.
   *
   * @param words for the description; empty where there is nothing to say
   */
  record Choice(Task task, Label label, String words) {}

  private final ColumnNames names;
  private final OnnxGraph graph;
  private final ModelInputs inputs;
  private final Optional<Task> asked;

  LabelPlan(ColumnNames names, OnnxGraph graph, ModelInputs inputs, Optional<Task> asked) {
    this.names = names;
    this.graph = graph;
    this.inputs = inputs;
    this.asked = asked;
  }

  /** Columns that may be labels, which no model input is made of unless they are named so. */
  List<Column> candidates() {
    return Stream.of("label", "labels", "target", "score")
        .flatMap(role -> names.find(role).stream())
        .toList();
  }

  /** The labels that the table has for {@code plan}; empty where it has none for the task. */
  Optional<Choice> choose(TableQuery table, InputPlan plan) {
    return Stream.of(span(plan), similarity(plan), classes(table), perToken(), numbers())
        .flatMap(Optional::stream)
        .filter(c -> asked.isEmpty() || asked.get() == c.task())
        .findFirst();
  }

  /** The task asked for, if such labels serve it, otherwise the usual one of such labels. */
  private Task task(LabelForm form, Task usual) {
    return asked.filter(t -> t.form() == form).orElse(usual);
  }

  private Optional<Choice> span(InputPlan plan) {
    Optional<Column> answer = names.find("answer").filter(Column::isText);
    Optional<Column> start = names.first(List.of("answer_start", "start")).filter(Column::isNumber);
    Optional<Column> end = names.find("end").filter(Column::isNumber);
    boolean isText = !plan.texts().isEmpty();
    boolean isGiven = (isText && answer.isPresent()) || (start.isPresent() && end.isPresent());
    if (!isGiven || !plan.features().isEmpty()) {
      return Optional.empty();
    }
    int text = Math.max(0, plan.texts().size() - 1);
    Optional<Column> context = isText ? Optional.of(plan.texts().get(text)) : Optional.empty();
    Optional<Column> inText = answer.filter(a -> isText);
    return Optional.of(
        new Choice(
            task(LabelForm.SPAN, Task.SPAN),
            new AnswerSpan(
                inText, start, inText.isPresent() ? Optional.empty() : end, context, text),
            ""));
  }

  private Optional<Choice> similarity(InputPlan plan) {
    return names
        .find("score")
        .filter(Column::isNumber)
        .filter(c -> plan.texts().size() == 2)
        .map(c -> new Choice(task(LabelForm.PAIR_SCORE, Task.SIMILARITY), new Label.Score(c), ""));
  }

  private Optional<Choice> classes(TableQuery table) {
    Optional<Column> label = names.find("label");
    boolean wantsIds = asked.filter(t -> t.form() == LabelForm.CLASS).isPresent();
    return label
        .filter(c -> c.isText() || c.isInteger() || (wantsIds && c.isNumber()))
        .filter(c -> asked.isEmpty() || wantsIds)
        .map(c -> classes(table, c));
  }

  private Choice classes(TableQuery table, Column column) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    String words = "";
    if (column.isText()) {
      List<String> found = TableDescription.classes(table, column);
      found.forEach(name -> numbers.put(name, numbers.size()));
      int shown = Math.min(found.size(), 10);
      words =
          String.format(
              Locale.ROOT,
              "%d classes in sorted order (%s%s)",
              found.size(),
              String.join(", ", found.subList(0, shown)),
              shown < found.size() ? ", ..." : "");
    }
    return new Choice(
        task(LabelForm.CLASS, Task.CLASSIFICATION), new Label.ClassId(column, numbers), words);
  }

  private Optional<Choice> perToken() {
    return names
        .first(List.of("labels", "label"))
        .filter(c -> c.isNumberList() && c.type() == Column.Type.INTEGER && c.depth() == 1)
        .map(c -> perToken(c, asked.filter(t -> t.form().isPerToken()).orElseGet(this::tokenTask)));
  }

  private static Choice perToken(Column column, Task task) {
    return new Choice(task, new Label.TokenLabels(column, task != Task.SEQ2SEQ), "");
  }

  private Task tokenTask() {
    long texts =
        inputs.layouts().stream().filter(l -> l.role() instanceof InputRole.TokenIds).count();
    if (texts > 1) {
      return Task.SEQ2SEQ;
    }
    return PrimaryOutput.predictsTokens(graph) ? Task.MASKED_LM : Task.TOKEN_CLASSIFICATION;
  }

  private Optional<Choice> numbers() {
    return names
        .first(List.of("target", "label", "labels", "score"))
        .filter(c -> c.isNumber() || c.isNumberList())
        .map(
            c ->
                new Choice(
                    task(LabelForm.NUMBERS, Task.REGRESSION),
                    new Label.Target(c, predictions()),
                    ""));
  }

  /** The shape of the predictions for one sample, where the model fixes it. */
  private Optional<long[]> predictions() {
    String name = PrimaryOutput.orFirst(graph);
    return graph.outputs().stream()
        .filter(o -> o.name().equals(name))
        .flatMap(o -> o.shape().stream())
        .filter(dims -> !dims.isEmpty())
        .map(dims -> dims.stream().skip(1).mapToLong(Dim::sizeOrMinusOne).toArray())
        .filter(shape -> Arrays.stream(shape).allMatch(d -> d > 0))
        .findFirst();
  }
}

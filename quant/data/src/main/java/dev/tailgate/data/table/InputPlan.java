package dev.tailgate.data.table;

import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides which columns become model inputs. In order: columns named like inputs; for a model that
 * reads tokens, a pair of texts or a text; for one that reads {@code [B, F]} real numbers, all
 * columns of numbers but the labels.
 *
 * @param direct columns that are inputs as they stand
 * @param texts one column, or two; none where the tokens are in the table
 * @param cutSecond which of two texts is cut
 * @param features columns that are one input together
 */
record InputPlan(
    List<Field.Input> direct, List<Column> texts, boolean cutSecond, List<Column> features) {

  /** Decides, or says what was looked for. */
  static InputPlan of(
      ColumnNames names, ModelInputs inputs, List<Column> labels, TableQuery table) {
    List<Field.Input> direct = new ArrayList<>();
    for (InputLayout layout : inputs.layouts()) {
      names
          .find(layout.name())
          .filter(c -> (c.isNumber() || c.isNumberList()) && layout.batchAxis() == 0)
          .ifPresent(c -> direct.add(input(c, layout, inputs)));
    }
    boolean isFed =
        inputs.primary().isEmpty()
            || direct.stream().anyMatch(d -> d.layout().equals(inputs.primary().get()));
    if (isFed) {
      return new InputPlan(direct, List.of(), false, List.of());
    }
    if (inputs.tokenIds().isPresent()) {
      return texts(names, direct).orElseThrow(() -> nothing(names, inputs, table));
    }
    InputLayout primary = inputs.primary().get();
    List<Column> features = names.numbers(labels);
    if (primary.type().isFloat() && primary.shape().length == 2 && !features.isEmpty()) {
      requireCount(features, primary, table.name());
      return new InputPlan(direct, List.of(), false, features);
    }
    throw nothing(names, inputs, table);
  }

  private static Optional<InputPlan> texts(ColumnNames names, List<Field.Input> direct) {
    for (ColumnNames.Pair pair : ColumnNames.PAIRS) {
      Optional<Column> first = names.find(pair.first()).filter(Column::isText);
      Optional<Column> second = names.find(pair.second()).filter(Column::isText);
      if (first.isPresent() && second.isPresent()) {
        return Optional.of(
            new InputPlan(direct, List.of(first.get(), second.get()), pair.cutSecond(), List.of()));
      }
    }
    return ColumnNames.TEXTS.stream()
        .flatMap(role -> names.find(role).filter(Column::isText).stream())
        .findFirst()
        .map(text -> new InputPlan(direct, List.of(text), false, List.of()));
  }

  private static Field.Input input(Column column, InputLayout layout, ModelInputs inputs) {
    long[] whole = layout.shape();
    boolean isOpen = layout.role().isTokenWise() && whole.length == 2;
    Optional<long[]> shape =
        isOpen ? Optional.empty() : Optional.of(Arrays.copyOfRange(whole, 1, whole.length));
    return new Field.Input(column, layout, shape, inputs.sequenceLength());
  }

  private static void requireCount(List<Column> features, InputLayout layout, String table) {
    long wanted = layout.shape()[1];
    if (features.size() != wanted) {
      throw DataException.doing("reading " + table)
          .expected(wanted + " columns of numbers, as the model reads,")
          .found(
              features.size()
                  + " beside the labels: "
                  + features.stream().map(Column::name).collect(Collectors.joining(", ")))
          .fix("Choose the columns with a query: SELECT a, b, label FROM 'x.parquet'.");
    }
  }

  private static DataException nothing(ColumnNames names, ModelInputs inputs, TableQuery table) {
    String own = inputs.layouts().stream().map(InputLayout::name).collect(Collectors.joining(", "));
    boolean isText = inputs.tokenIds().isPresent();
    Optional<String> guess = isText ? names.advice(table) : Optional.empty();
    return DataException.doing("choosing columns of " + table.name())
        .expected(
            (isText ? "a column text, sentence, or a pair such as premise and hypothesis, or " : "")
                + "columns named like the model's inputs "
                + own)
        .found(names.inWords())
        .fix(
            guess
                .map(g -> "Name them, perhaps " + g + ".")
                .orElse(
                    "Name them, for example --columns text=review, or rename them in a query."));
  }
}

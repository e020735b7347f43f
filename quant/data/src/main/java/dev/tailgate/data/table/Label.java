package dev.tailgate.data.table;

import dev.tailgate.data.Labels;
import dev.tailgate.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What labels are made of. */
sealed interface Label
    permits Label.ClassId, Label.TokenLabels, Label.Target, Label.Score, AnswerSpan {
  /** The columns that are read. */
  List<Column> columns();

  /** The label of one row. */
  Tensor of(Row row, SampleParts parts);

  /**
   * A class id, or a class name and its number.
   *
   * @param names numbers of the names; empty for ids
   */
  record ClassId(Column column, Map<String, Integer> names) implements Label {
    @Override
    public List<Column> columns() {
      return List.of(column);
    }

    @Override
    public Tensor of(Row row, SampleParts parts) {
      long id =
          column.isText()
              ? Objects.requireNonNull(names.get(row.text(column)), "a class that was listed")
              : row.integer(column);
      if (id < 0) {
        throw row.refuse(column, "a class id of at least 0", Long.toString(id));
      }
      return Tensor.ofLongs(new long[] {id});
    }
  }

  /**
   * Class or token ids, -100 where none counts.
   *
   * @param isPerToken whether there is one for each token that the model reads
   */
  record TokenLabels(Column column, boolean isPerToken) implements Label {
    @Override
    public List<Column> columns() {
      return List.of(column);
    }

    @Override
    public Tensor of(Row row, SampleParts parts) {
      double[] ids = row.numbers(column);
      for (double id : ids) {
        if ((id < 0 && id != Labels.IGNORED) || id != Math.rint(id)) {
          throw row.refuse(column, "ids of at least 0, or -100,", CellTensors.print(id));
        }
      }
      if (isPerToken && ids.length != parts.tokens()) {
        throw row.refuse(
            column, parts.tokens() + " labels, one a token,", Integer.toString(ids.length));
      }
      return CellTensors.tensor(ids, Column.Type.INTEGER, new long[] {ids.length});
    }
  }

  /**
   * Numbers to predict, in the shape of the predictions.
   *
   * @param shape of the predictions for one sample; empty where the model leaves it open
   */
  record Target(Column column, Optional<long[]> shape) implements Label {
    @Override
    public List<Column> columns() {
      return List.of(column);
    }

    @Override
    public Tensor of(Row row, SampleParts parts) {
      double[] numbers = row.numbers(column);
      long wanted = shape.map(s -> Arrays.stream(s).reduce(1, (a, b) -> a * b)).orElse(-1L);
      if (wanted >= 0 && numbers.length != wanted) {
        throw row.refuse(column, wanted + " numbers, as the model predicts,", "" + numbers.length);
      }
      return CellTensors.floats(numbers, shape.orElseGet(() -> new long[] {numbers.length}));
    }
  }

  /** One number, the score of a pair of texts. */
  record Score(Column column) implements Label {
    @Override
    public List<Column> columns() {
      return List.of(column);
    }

    @Override
    public Tensor of(Row row, SampleParts parts) {
      return CellTensors.floats(new double[] {row.number(column)}, new long[0]);
    }
  }
}

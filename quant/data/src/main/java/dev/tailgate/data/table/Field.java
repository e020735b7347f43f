package dev.tailgate.data.table;

import dev.tailgate.data.text.TextEncoder;
import dev.tailgate.data.text.TokenSamples;
import dev.tailgate.data.text.TokenizedText;
import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.InputRole;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What model inputs are made of. */
sealed interface Field {
  /** The columns that are read. */
  List<Column> columns();

  /** Adds its inputs of one row. */
  void add(Row row, SampleParts parts);

  /**
   * A column named like a model input: a number, or a list with as many numbers as the input has a
   * sample. Token ids, and what goes with them, may be shorter.
   *
   * @param shape of one sample; empty where only its length is bounded, by {@code longest}
   */
  record Input(Column column, InputLayout layout, Optional<long[]> shape, int longest)
      implements Field {
    @Override
    public List<Column> columns() {
      return List.of(column);
    }

    @Override
    public void add(Row row, SampleParts parts) {
      double[] numbers = row.numbers(column);
      long wanted = shape.map(s -> Arrays.stream(s).reduce(1, (a, b) -> a * b)).orElse(-1L);
      boolean fits = wanted < 0 ? numbers.length <= longest : numbers.length == wanted;
      if (!fits || numbers.length == 0) {
        String count =
            wanted < 0
                ? "1 to " + longest + " numbers (--sequence-length, or the model's own)"
                : wanted + " numbers, as the model reads,";
        throw row.refuse(column, count, Integer.toString(numbers.length));
      }
      long[] own = shape.orElseGet(() -> new long[] {numbers.length});
      parts.input(layout.name(), CellTensors.tensor(numbers, column.type(), own));
      if (layout.role() instanceof InputRole.TokenIds ids) {
        requireKnown(row, numbers, ids.vocabulary());
        parts.tokens(layout.name(), numbers.length);
      }
    }

    private void requireKnown(Row row, double[] ids, int vocabulary) {
      for (double id : ids) {
        if (id < 0 || id >= vocabulary || id != Math.rint(id)) {
          throw row.refuse(
              column,
              "token ids below " + vocabulary + ", the model's vocabulary,",
              CellTensors.print(id));
        }
      }
    }
  }

  /** Columns of numbers that together are the model's input {@code [F]} a sample. */
  record Features(List<Column> columns, InputLayout layout) implements Field {
    @Override
    public void add(Row row, SampleParts parts) {
      double[] numbers = columns.stream().mapToDouble(row::number).toArray();
      parts.input(
          layout.name(),
          CellTensors.tensor(numbers, Column.Type.REAL, new long[] {numbers.length}));
    }
  }

  /** A text, or two that are read together. */
  record Text(Column first, Optional<Column> second, TextEncoder encoder, TokenSamples samples)
      implements Field {
    @Override
    public List<Column> columns() {
      return second.map(s -> List.of(first, s)).orElseGet(() -> List.of(first));
    }

    @Override
    public void add(Row row, SampleParts parts) {
      String place = row.place() + " of " + row.table();
      TokenizedText text =
          second.isPresent()
              ? encoder.encode(row.text(first), row.text(second.get()), place)
              : encoder.encode(row.text(first), place);
      parts.text(text, samples.of(parts.index(), text));
    }
  }

  /** Two texts that are samples of their own, one after the other. */
  record TextPair(Column first, Column second, TextEncoder encoder, TokenSamples samples)
      implements Field {
    @Override
    public List<Column> columns() {
      return List.of(first, second);
    }

    @Override
    public void add(Row row, SampleParts parts) {
      String place = row.place() + " of " + row.table();
      TokenizedText text =
          parts.index() % 2 == 0
              ? encoder.encode(row.text(first), place)
              : encoder.encodeSecond(row.text(second), place);
      parts.text(text, samples.of(parts.index(), text));
    }
  }
}

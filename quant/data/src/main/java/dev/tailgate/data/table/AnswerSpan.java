package dev.tailgate.data.table;

import dev.tailgate.data.Labels;
import dev.tailgate.data.text.TokenizedText;
import dev.tailgate.engine.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * First and last token of an answer. The answer is a text, found in the context at {@code start}
 * or, without that, where it occurs first; or the characters from {@code start} to before {@code
 * end}. Characters are counted as code points, as in SQuAD. No answer (NULL or empty) is the first
 * token, as in SQuAD 2; an answer that the model's length cuts off does not count (-100).
 *
 * @param context the text that answers lie in; empty where the table holds tokens, which {@code
 *     start} and {@code end} then count, the last one included
 * @param text of the row's texts that is the context: 0 or 1
 */
record AnswerSpan(
    Optional<Column> answer,
    Optional<Column> start,
    Optional<Column> end,
    Optional<Column> context,
    int text)
    implements Label {
  private static final long[] NOT_COUNTED = {Labels.IGNORED, Labels.IGNORED};

  @Override
  public List<Column> columns() {
    return Stream.of(answer, start, end, context).flatMap(Optional::stream).toList();
  }

  @Override
  public Tensor of(Row row, SampleParts parts) {
    return Tensor.ofLongs(parts.text().map(t -> inText(row, t)).orElseGet(() -> tokens(row)), 2);
  }

  private long[] tokens(Row row) {
    Column from = start.orElseThrow();
    Column to = end.orElseThrow();
    long first = row.integer(from);
    long last = row.integer(to);
    if (first < 0 || last < first) {
      throw row.refuse(to, "a token at or behind the first, " + first + ",", Long.toString(last));
    }
    return new long[] {first, last};
  }

  private long[] inText(Row row, TokenizedText tokens) {
    if (answer.isPresent() && (row.isNull(answer.get()) || row.text(answer.get()).isBlank())) {
      return new long[] {0, 0};
    }
    int from = from(row);
    int to = answer.map(a -> from + codePoints(row.text(a))).orElseGet(() -> to(row));
    Column place = context.orElseThrow();
    int length = codePoints(row.text(place));
    if (from < 0 || to <= from || to > length) {
      throw row.refuse(
          place,
          "the answer's characters inside " + length,
          String.format(Locale.ROOT, "[%d, %d)", from, to));
    }
    return tokens.span(text, from, to).orElse(NOT_COUNTED);
  }

  private int from(Row row) {
    if (start.isPresent()) {
      return Math.toIntExact(row.integer(start.get()));
    }
    Column column = answer.orElseThrow();
    String wanted = row.text(column);
    String in = row.text(context.orElseThrow());
    int found = in.indexOf(wanted);
    if (found < 0) {
      throw row.refuse(column, "a text that occurs in the context", wanted);
    }
    return in.codePointCount(0, found);
  }

  private int to(Row row) {
    return Math.toIntExact(row.integer(end.orElseThrow()));
  }

  private static int codePoints(String text) {
    return text.codePointCount(0, text.length());
  }
}

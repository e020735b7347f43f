package dev.tailgate.data.table;

import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.DataException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the column for a role: the one the user names for it, otherwise one of the role's own name
 * that no other role was given.
 */
final class ColumnNames {
  /** Texts that are read together; of two that are cut, the second of these is cut first. */
  record Pair(String first, String second, boolean cutSecond) {}

  static final List<Pair> PAIRS =
      List.of(
          new Pair("question", "context", true),
          new Pair("premise", "hypothesis", false),
          new Pair("sentence1", "sentence2", false),
          new Pair("text1", "text2", false),
          new Pair("question1", "question2", false),
          new Pair("question", "sentence", false),
          new Pair("query", "passage", true));

  static final List<String> TEXTS = List.of("text", "sentence", "content", "document");

  private static final List<String> OTHERS =
      List.of("label", "labels", "score", "target", "answer", "answer_start", "start", "end");

  private static final List<String> ROLES =
      Stream.of(
              TEXTS.stream(),
              PAIRS.stream().flatMap(p -> Stream.of(p.first(), p.second())),
              OTHERS.stream())
          .flatMap(s -> s)
          .distinct()
          .toList();

  private final String table;
  private final List<Column> columns;
  private final Map<String, String> named;
  private final Set<Column> taken = new HashSet<>();

  /**
   * The columns of a table.
   *
   * @param named column names by role, as the user gave them
   * @throws DataException for a role or a column that does not exist
   */
  ColumnNames(
      TableQuery table, List<Column> columns, Map<String, String> named, ModelInputs inputs) {
    this.table = table.name();
    this.columns = columns;
    this.named = named;
    Set<String> roles = roles(inputs);
    for (Map.Entry<String, String> entry : named.entrySet()) {
      if (!roles.contains(entry.getKey())) {
        throw DataException.doing("choosing columns of " + table.name())
            .expected("one of " + String.join(", ", roles))
            .found(entry.getKey())
            .fix("Write --columns text=review,label=stars, the column behind the sign.");
      }
      taken.add(existing(entry.getValue()));
    }
  }

  private Optional<Column> numbered(String number) {
    boolean isNumber = number.matches("[1-9][0-9]{0,6}");
    return isNumber && Integer.parseInt(number) <= columns.size()
        ? Optional.of(columns.get(Integer.parseInt(number) - 1))
        : Optional.empty();
  }

  private static Set<String> roles(ModelInputs inputs) {
    return Stream.concat(ROLES.stream(), inputs.layouts().stream().map(InputLayout::name))
        .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
  }

  /** Whether a column of that name is taken for what the name says. */
  static boolean isRole(String name) {
    return ROLES.contains(name.toLowerCase(Locale.ROOT));
  }

  /** By name, or by number from 1. */
  private Column existing(String name) {
    return TableDescription.find(columns, name)
        .or(() -> numbered(name))
        .orElseThrow(
            () ->
                DataException.doing("choosing columns of " + table)
                    .expected("one of " + names())
                    .found("no column " + name)
                    .fix("Name a column that the data has."));
  }

  /** The column for {@code role}, if there is one. */
  Optional<Column> find(String role) {
    String name = named.get(role);
    return name != null
        ? Optional.of(existing(name))
        : TableDescription.find(columns, role).filter(c -> !taken.contains(c));
  }

  /** The first of {@code roles} that has a column. */
  Optional<Column> first(List<String> roles) {
    return roles.stream().flatMap(r -> find(r).stream()).findFirst();
  }

  /** Columns of plain numbers that {@code others} do not read, in their order. */
  List<Column> numbers(List<Column> others) {
    List<Column> numbers = new ArrayList<>(columns);
    numbers.removeIf(c -> !c.isNumber() || others.contains(c));
    return numbers;
  }

  /** What to write instead, guessed from the cells. */
  Optional<String> advice(TableQuery query) {
    return ColumnAdvice.of(query, columns);
  }

  /** All names with their types, for messages. */
  String inWords() {
    return columns.stream().map(Column::inWords).collect(Collectors.joining(", "));
  }

  private String names() {
    return columns.stream().map(Column::name).collect(Collectors.joining(", "));
  }
}

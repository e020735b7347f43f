package dev.tailgate.data.table;

import dev.tailgate.data.Flag;
import dev.tailgate.data.OptionSet;
import java.util.List;
import java.util.Map;

/**
 * What a table leaves open.
 *
 * @param columns column by what it holds, such as {@code text=review}
 * @param csv how a CSV file is written
 */
public record TableOptions(Map<String, String> columns, CsvOptions csv) {
  private static final Flag<Map<String, String>> COLUMNS =
      Flag.map(
          "--columns",
          "ROLE=COLUMN",
          "What the columns of a table hold, for example text=review,label=stars; columns by name, or"
              + " by number from 1. Roles are text, pairs such as premise and hypothesis or question and context, label, labels, score,"
              + " target, answer, answer_start, start, end, and the model's inputs. Default: columns"
              + " named so.");

  private static final Flag<Map<String, String>> CSV =
      Flag.map(
          "--csv",
          "KEY=VALUE",
          "How a .csv or .tsv file is written: delimiter=comma, tab, semicolon, pipe, space or a"
              + " character; quote=double, single, or none where quotes are characters; header=yes or"
              + " no; encoding=utf-8, utf-16 or latin-1. Default: found in the file.");

  /** As users write them. */
  public static final OptionSet<TableOptions> SET =
      new OptionSet<>(
          "Tables",
          List.of(COLUMNS, CSV),
          given ->
              new TableOptions(
                  given.get(COLUMNS).orElse(Map.of()),
                  given.get(CSV).map(CsvOptions::of).orElse(CsvOptions.NONE)));

  /** Columns by what they hold, of files whose form is found. */
  public TableOptions(Map<String, String> columns) {
    this(columns, CsvOptions.NONE);
  }

  /** Copies the map. */
  public TableOptions {
    columns = Map.copyOf(columns);
  }
}

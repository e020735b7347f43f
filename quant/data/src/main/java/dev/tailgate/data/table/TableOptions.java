package dev.tailgate.data.table;

import dev.tailgate.data.Flag;
import dev.tailgate.data.OptionSet;
import java.util.List;
import java.util.Map;

/**
 * What a table leaves open.
 *
 * @param columns column by what it holds, such as {@code text=review}
 */
public record TableOptions(Map<String, String> columns) {
  private static final Flag<Map<String, String>> COLUMNS =
      Flag.map(
          "--columns",
          "ROLE=COLUMN",
          "What the columns of a table hold, for example text=review,label=stars. Roles are text,"
              + " pairs such as premise and hypothesis or question and context, label, labels, score,"
              + " target, answer, answer_start, start, end, and the model's inputs. Default: columns"
              + " named so.");

  /** As users write them. */
  public static final OptionSet<TableOptions> SET =
      new OptionSet<>(
          "Tables",
          List.of(COLUMNS),
          given -> new TableOptions(given.get(COLUMNS).orElse(Map.of())));

  /** Copies the map. */
  public TableOptions {
    columns = Map.copyOf(columns);
  }
}

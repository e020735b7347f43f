package dev.tailgate.cli.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How tables and long texts are read. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class TextOptions {
  @Option(
      names = "--columns",
      paramLabel = "ROLE=COLUMN",
      split = ",",
      description = {
        "What the columns of a table hold, for example text=review,label=stars. Roles are text,"
            + " pairs such as premise and hypothesis or question and context, label, labels, score,"
            + " target, answer, answer_start, start, end, and the model's inputs. Default: columns"
            + " named so."
      })
  private Map<String, String> columns = new LinkedHashMap<>();

  @Option(
      names = "--stride",
      paramLabel = "S",
      converter = Bounded.Count.class,
      description = {
        "Tokens from one window of a long text to the next, for causal language models; of each"
            + " window but the first only the last S tokens count. Default: the sequence length."
      })
  private Optional<Integer> stride;

  /** Columns by what they hold. */
  Map<String, String> columns() {
    return columns;
  }

  /** Tokens between windows; 0 for the sequence length. */
  int stride() {
    return stride.orElse(0);
  }
}

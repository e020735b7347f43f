package dev.tailgate.data.text;

import dev.tailgate.data.Flag;
import dev.tailgate.data.OptionSet;
import java.util.List;

/**
 * How a long text is cut.
 *
 * @param stride tokens from one window to the next; 0 takes the sequence length
 */
public record TextOptions(int stride) {
  private static final Flag<Integer> STRIDE =
      Flag.count(
          "--stride",
          "S",
          1,
          "Tokens from one window of a long text to the next, for causal language models; of each"
              + " window but the first only the last S tokens count. Default: the sequence length.");

  /** As users write them. */
  public static final OptionSet<TextOptions> SET =
      new OptionSet<>(
          "Text", List.of(STRIDE), given -> new TextOptions(given.get(STRIDE).orElse(0)));
}

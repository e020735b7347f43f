package dev.tailgate.engine.input;

import dev.tailgate.engine.tensor.DataException;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Asks for an input that only the user can give: which one, of what type and shape, and how. */
public final class InputQuestion {

  private InputQuestion() {}

  /** Whether made-up values would be no data: token ids, pixels, numbers. */
  public static boolean mustBeGiven(InputLayout layout) {
    InputRole role = layout.role();
    return role instanceof InputRole.TokenIds
        || role instanceof InputRole.Pixels
        || role instanceof InputRole.Noise
        || role instanceof InputRole.Levels;
  }

  /**
   * The question.
   *
   * @param found what the data gives instead
   * @param how where to put the values, as a full sentence
   */
  public static DataException about(InputLayout layout, String found, String where, String how) {
    return DataException.doing("giving the model its inputs")
        .expected(
            String.format(Locale.ROOT, "values for input %s, %s", layout.name(), describe(layout)))
        .found(found)
        .where(where)
        .fix(how + " Only masks, positions, token types, lengths and past state are made up.");
  }

  /** For example {@code int64[rows, 128] (token ids)}; axes that the model leaves open too. */
  public static String describe(InputLayout layout) {
    long[] shape = layout.shape();
    String axes =
        IntStream.range(0, shape.length)
            .mapToObj(axis -> axis == layout.batchAxis() ? "rows" : Long.toString(shape[axis]))
            .collect(Collectors.joining(", "));
    return layout.type().label() + "[" + axes + "] (" + meaning(layout.role()) + ")";
  }

  private static String meaning(InputRole role) {
    if (role instanceof InputRole.TokenIds ids) {
      return "token ids below " + ids.vocabulary();
    }
    return role instanceof InputRole.Pixels ? "pixels" : "numbers";
  }
}

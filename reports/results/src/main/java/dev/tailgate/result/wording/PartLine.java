package dev.tailgate.result.wording;

import dev.tailgate.result.Damage;
import dev.tailgate.result.SensitivityResult;
import dev.tailgate.result.SensitivityRow;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A part of a model and what quantizing it does, as tables print it. Names come from the model and
 * are not cleaned.
 *
 * @param part what it is
 * @param tensor the tensor, of a part that is one
 * @param weights SQNR of the outputs when only its weights are quantized
 * @param activations likewise
 * @param both when all of it is
 * @param alone change of the task metric when only it is quantized
 * @param regained change when it is left out, against everything quantized
 */
public record PartLine(
    String part,
    Optional<String> tensor,
    String weights,
    String activations,
    String both,
    String alone,
    String regained) {
  private static final String NONE = "-";

  /** A size of parts, largest first, with how many of them tables show. */
  public enum Level {
    /** Blocks, and what is outside them. */
    LAYER("layer", "Layers", 16),
    /** Attention, feed-forward or residual stream of a block. */
    SITE("site", "Parts of layers", 6),
    /** Single tensors. */
    TAP("tap", "Tensors", 10);

    private final String id;
    private final String title;
    private final int shown;

    Level(String id, String title, int shown) {
      this.id = id;
      this.title = title;
      this.shown = shown;
    }

    /** What stands over them. */
    public String title() {
      return title;
    }
  }

  /** How many parts of a level were measured. */
  public static int measured(SensitivityResult result, Level level) {
    return measuredRows(result, level).size();
  }

  /** The parts of a level that hurt most, the worst first. */
  public static List<PartLine> worst(SensitivityResult result, Level level) {
    return measuredRows(result, level).stream()
        .sorted(Comparator.comparingDouble(row -> row.alone().map(PartLine::left).orElse(0.0)))
        .limit(level.shown)
        .map(row -> of(result, row))
        .toList();
  }

  /** Outputs that are not finite are the worst there is. */
  private static double left(Damage damage) {
    return Double.isNaN(damage.sqnr()) ? Double.NEGATIVE_INFINITY : damage.sqnr();
  }

  private static List<SensitivityRow> measuredRows(SensitivityResult result, Level level) {
    return result.rows().stream()
        .filter(row -> row.level().equals(level.id) && row.kind().equals("both"))
        .filter(row -> row.alone().isPresent())
        .toList();
  }

  private static PartLine of(SensitivityResult result, SensitivityRow row) {
    return new PartLine(
        row.label(),
        row.tensor(),
        kind(result, row, "weights"),
        kind(result, row, "activations"),
        row.alone().map(damage -> Numbers.decibels(damage.sqnr())).orElse(NONE),
        row.alone().flatMap(Damage::delta).map(delta -> Numbers.signed(delta.value())).orElse(NONE),
        regained(result, row));
  }

  private static String kind(SensitivityResult result, SensitivityRow of, String kind) {
    return result.rows().stream()
        .filter(row -> row.label().equals(of.label()) && row.kind().equals(kind))
        .findFirst()
        .flatMap(SensitivityRow::alone)
        .map(damage -> Numbers.decibels(damage.sqnr()))
        .orElse(NONE);
  }

  private static String regained(SensitivityResult result, SensitivityRow row) {
    Optional<Double> all = result.all().delta().map(delta -> delta.value());
    Optional<Double> left = row.without().flatMap(Damage::delta).map(delta -> delta.value());
    return all.flatMap(a -> left.map(l -> Numbers.signed(l - a))).orElse(NONE);
  }
}

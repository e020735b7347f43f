package dev.tailgate.result.diagnosis;

import dev.tailgate.result.SensitivityResult;
import dev.tailgate.result.SensitivityRow;
import java.util.List;
import java.util.Optional;

/**
 * What a sensitivity says of the place of an observation. The noise of a part is {@code 10^(-SQNR /
 * 10)} of the outputs' power with only this part quantized; that of a part that leaves outputs
 * which are not finite drowns every other.
 */
final class KnownDamage {
  /** From the finest parts to the coarsest. */
  private static final List<String> LEVELS = List.of("tap", "site", "layer");

  /** Sums of a million of them are finite. */
  private static final double LARGEST = Double.MAX_VALUE / 1e6;

  private static final String BOTH = "both";

  private final SensitivityResult sensitivity;

  KnownDamage(SensitivityResult sensitivity) {
    this.sensitivity = sensitivity;
  }

  /**
   * The noise of the parts that hold the place, as a fraction of that of all parts of their level
   * and kind; the finest level that knows the tensors counts, else that of the layers. Empty where
   * none of them does.
   */
  Optional<Double> share(Observation.Where where) {
    for (String level : LEVELS) {
      for (String kind : List.of(where.kind(), BOTH)) {
        List<SensitivityRow> rows = rows(level, kind);
        double hit = noise(rows.stream().filter(row -> holds(row, where)).toList());
        if (hit > 0) {
          return Optional.of(hit / noise(rows));
        }
      }
    }
    return Optional.empty();
  }

  /** The noise of all weights and of all activations, part by part. */
  record Kinds(double weights, double activations) {}

  /** Both at the finest level at which both were measured. */
  Optional<Kinds> kinds() {
    return LEVELS.stream()
        .map(
            level ->
                new Kinds(
                    noise(rows(level, Observation.Where.WEIGHTS)),
                    noise(rows(level, Observation.Where.ACTIVATIONS))))
        .filter(kinds -> kinds.weights() > 0 && kinds.activations() > 0)
        .findFirst();
  }

  private static double noise(List<SensitivityRow> rows) {
    return rows.stream().mapToDouble(KnownDamage::noise).sum();
  }

  private List<SensitivityRow> rows(String level, String kind) {
    return sensitivity.rows().stream()
        .filter(row -> row.level().equals(level) && row.kind().equals(kind))
        .filter(row -> row.alone().isPresent())
        .toList();
  }

  private static boolean holds(SensitivityRow row, Observation.Where where) {
    boolean isLayer = row.level().equals("layer") && row.layer() >= 0;
    return row.tensors().stream().anyMatch(where.tensors()::contains)
        || (isLayer && where.layers().contains(row.layer()));
  }

  private static double noise(SensitivityRow row) {
    double sqnr = row.alone().orElseThrow().sqnr();
    return Double.isNaN(sqnr) ? LARGEST : Math.min(LARGEST, Math.pow(10, -sqnr / 10));
  }
}

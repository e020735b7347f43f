package dev.tailgate.page.html;

import dev.tailgate.result.Damage;
import dev.tailgate.result.Evidence;
import dev.tailgate.result.QuantizedPoint;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.SensitivityResult;
import dev.tailgate.result.SensitivityRow;
import dev.tailgate.result.TapEvidence;
import dev.tailgate.result.TapResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the page's script reads. It holds no names: those are in the table of taps, where the
 * template has escaped them.
 *
 * @param samples that the closer looks are over
 * @param picture the picture of the model
 * @param looks closer looks at taps, where one was taken
 */
public record PageData(long samples, ModelPicture picture, List<TapLook> looks) {
  /** Copies the looks. */
  public PageData {
    looks = List.copyOf(looks);
  }

  static PageData of(RunResult result, List<TapResult> ranked) {
    Map<String, TapEvidence> evidence = new HashMap<>();
    result
        .evidence()
        .map(Evidence::taps)
        .orElse(List.of())
        .forEach(tap -> evidence.putIfAbsent(tap.tensor(), tap));
    Map<String, QuantizedPoint> points = new HashMap<>();
    result.points().stream()
        .filter(point -> point.kind() == QuantizedPoint.Kind.ACTIVATION)
        .forEach(point -> points.putIfAbsent(point.tensor(), point));
    Map<String, Damage> alone = alone(result);
    List<TapLook> looks = new ArrayList<>();
    for (int rank = 0; rank < ranked.size(); rank++) {
      String tensor = ranked.get(rank).tensor();
      TapEvidence tap = evidence.get(tensor);
      if (tap != null) {
        looks.add(
            TapLook.of(
                rank,
                tap,
                Optional.ofNullable(points.get(tensor)),
                Optional.ofNullable(alone.get(tensor))));
      }
    }
    return new PageData(
        result.evidence().map(Evidence::samples).orElse(0L),
        ModelPicture.of(
            result,
            ranked,
            tensor ->
                new PictureColour.Known(
                    Optional.ofNullable(evidence.get(tensor)),
                    Optional.ofNullable(alone.get(tensor)))),
        looks);
  }

  /** Damage of the tensors that were quantized alone. */
  private static Map<String, Damage> alone(RunResult result) {
    Map<String, Damage> alone = new HashMap<>();
    for (SensitivityRow row : result.sensitivity().map(SensitivityResult::rows).orElse(List.of())) {
      row.tensor()
          .ifPresent(tensor -> row.alone().ifPresent(damage -> alone.putIfAbsent(tensor, damage)));
    }
    return alone;
  }
}

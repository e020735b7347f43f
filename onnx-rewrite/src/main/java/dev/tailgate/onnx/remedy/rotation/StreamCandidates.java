package dev.tailgate.onnx.remedy.rotation;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.LayerEdit;
import dev.tailgate.onnx.layer.Layers;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.onnx.role.Norm;
import dev.tailgate.onnx.role.NormFinder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The residual streams of a model: those that can be rotated, and why the others cannot.
 *
 * @param found those that can
 * @param refused the others
 */
record StreamCandidates(List<Candidate> found, List<Repair.Note> refused) {
  private static final int WIDEST = 1 << 15;

  /**
   * A stream that can be rotated.
   *
   * @param stream as others see it
   * @param touched all that touches it
   * @param treatments what becomes of each of its norms
   */
  record Candidate(
      RotatableStream stream, ResidualStream touched, Map<NormReading, NormTreatment> treatments) {}

  /**
   * Searches {@code map}.
   *
   * @param edit of the same model, which says what layers take
   */
  static StreamCandidates of(ModelMap map, LayerEdit edit) {
    Layers layers = map.layers();
    LastAxis axes = new LastAxis(layers.flow());
    List<NormReading> readings = new ArrayList<>();
    for (Norm norm : NormFinder.find(layers.flow())) {
      NormReading.of(layers.flow(), axes, norm).ifPresent(readings::add);
    }
    List<Candidate> found = new ArrayList<>();
    List<Repair.Note> refused = new ArrayList<>();
    if (readings.isEmpty()) {
      refused.add(new Repair.Note("the model", "has no norm in a known form at the top level"));
    }
    Set<String> seen = new HashSet<>();
    for (NormReading reading : readings) {
      String start = reading.read().iterator().next();
      if (!seen.contains(start)) {
        int width = width(layers, reading);
        StreamSearch search = new StreamSearch(layers, axes, readings, Math.max(width, 1));
        ResidualStream stream = search.from(start);
        seen.addAll(stream.values());
        Map<NormReading, NormTreatment> treatments = new LinkedHashMap<>();
        for (NormReading norm : stream.norms()) {
          treatments.put(norm, NormTreatment.of(layers, axes, edit, norm, width));
        }
        Optional<String> fault =
            width < 2 || width > WIDEST
                ? Optional.of("its width is not known, or no width of a model")
                : search.fault().or(() -> fault(map.model(), stream, treatments));
        String place = "the residual stream of " + reading.place(layers.flow());
        fault.ifPresentOrElse(
            why -> refused.add(new Repair.Note(place, "is not rotated: " + why)),
            () -> found.add(new Candidate(RotatableStream.of(place, stream), stream, treatments)));
      }
    }
    return new StreamCandidates(found, refused);
  }

  private static int width(Layers layers, NormReading reading) {
    return reading
        .affine()
        .width()
        .or(
            () ->
                layers
                    .onlyReaders(reading.norm().output())
                    .flatMap(readers -> readers.stream().map(LinearLayer::in).findFirst()))
        .orElse(-1);
  }

  private static Optional<String> fault(
      OnnxModel model, ResidualStream stream, Map<NormReading, NormTreatment> treatments) {
    int folded = 0;
    for (Map.Entry<NormReading, NormTreatment> entry : treatments.entrySet()) {
      if (entry.getKey().affine().width().filter(w -> w != stream.width()).isPresent()) {
        return Optional.of("its norms differ in width");
      }
      if (entry.getValue() instanceof NormTreatment.Impossible impossible) {
        return Optional.of(impossible.reason());
      }
      folded += entry.getValue() instanceof NormTreatment.TurnBack ? 0 : 1;
    }
    boolean large =
        stream.constants().stream()
            .map(use -> model.graph().constant(use.node().input(use.inputIndex())).orElseThrow())
            .anyMatch(constant -> !Rows.fits(constant));
    if (large) {
      return Optional.of("a table is larger than an array");
    }
    return folded == 0
        ? Optional.of("no norm of it is read by linear layers alone")
        : Optional.empty();
  }
}

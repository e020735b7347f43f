package dev.tailgate.onnx.remedy.rotation;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.onnx.layer.DeadNodes;
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rotates the residual stream of pre-LN models by an orthogonal matrix {@code Q}, {@code Q Q^T =
 * I}, without changing what the model computes (SliceGPT, arXiv 2401.15024; QuaRot, arXiv
 * 2404.00456). Outliers sit in few channels of the stream; in the rotated one each channel is an
 * even mixture of all.
 *
 * <p>The stream is a sum {@code x = sum_k u_k W_k + b_k} of writers: projections of attentions and
 * feed-forwards, embeddings, positions. It is read through norms only,
 *
 * <pre>
 *   y = n(x) g + s,   n(x) = x C / sqrt(mean((x C)^2) + eps),   then y V + a,
 * </pre>
 *
 * <p>with the centring {@code C = I - 1 1^T / D} of LayerNorm ({@code C = I} for RMSNorm). As
 * {@code mean((z Q)^2) = mean(z^2)}, for all {@code z} an RMS norm without gain commutes with
 * {@code Q}. So with the weights
 *
 * <pre>
 *   W' = W C Q,   b' = b C Q,   V' = Q^T diag(g) V,   a' = a + s V
 * </pre>
 *
 * <p>the stream becomes {@code x C Q}, {@code n(x)} becomes {@code n(x) Q}, and {@code n(x) Q V' =
 * n(x) diag(g) V}. A LayerNorm has no mean left to take and is written as an RMS norm; it would
 * take the mean of the rotated row, which is another number. Products are in double precision,
 * rounded once to the type of the weights.
 *
 * <p>Where the stream begins with something that is no look-up or linear layer, and where a norm is
 * read by something that is no linear layer (pooling, an output, a head that shares its weights
 * with the embeddings), one product with {@code C Q} or {@code Q^T} stands in the graph. A stream
 * that anything else reads or writes is left alone, and so are post-LN models: the gain of their
 * norms is inside the stream, and {@code diag(g) Q} is not {@code Q diag(g)}.
 */
public final class RotateResidualStream {
  private static final int WIDEST = 1 << 15;

  private RotateResidualStream() {}

  /** Rotates all residual streams of a model, each by the rotation of its width and seed. */
  public static Repair apply(ModelMap map, long seed) {
    OnnxModel model = map.model();
    Layers layers = map.layers();
    LastAxis axes = new LastAxis(layers.flow());
    List<NormReading> readings = new ArrayList<>();
    List<Repair.Note> refused = new ArrayList<>();
    for (Norm norm : NormFinder.find(layers.flow())) {
      NormReading.of(layers.flow(), axes, norm).ifPresent(readings::add);
    }
    if (readings.isEmpty()) {
      refused.add(new Repair.Note("the model", "has no norm in a known form at the top level"));
      return new Repair(model, List.of(), refused);
    }
    LayerEdit edit = LayerEdit.of(model, "RotateResidualStream");
    StreamEdit streamEdit = new StreamEdit(map, edit);
    List<Repair.Note> applied = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (NormReading reading : readings) {
      int width = width(layers, reading);
      String seed0 = reading.read().iterator().next();
      if (!seen.contains(seed0)) {
        StreamSearch search = new StreamSearch(layers, axes, readings, Math.max(width, 1));
        ResidualStream stream = search.from(seed0);
        seen.addAll(stream.values());
        String place = "the residual stream of " + reading.place(layers.flow());
        Map<NormReading, NormTreatment> treatments = new LinkedHashMap<>();
        for (NormReading norm : stream.norms()) {
          treatments.put(norm, NormTreatment.of(layers, axes, edit, norm, width));
        }
        Optional<String> fault =
            width < 2 || width > WIDEST
                ? Optional.of("its width is not known, or no width of a model")
                : search.fault().or(() -> fault(model, stream, treatments));
        if (fault.isPresent()) {
          refused.add(new Repair.Note(place, "is not rotated: " + fault.get()));
        } else {
          Rotation rotation = Rotation.of(width, seed);
          streamEdit.rotate(stream, treatments, rotation);
          applied.add(new Repair.Note(place, summary(stream, rotation)));
          treatments.forEach((n, t) -> note(applied, n.place(layers.flow()), t));
          stream
              .entries()
              .forEach(
                  value ->
                      applied.add(new Repair.Note(Printable.of(value), "is turned by a product")));
        }
      }
    }
    return applied.isEmpty()
        ? new Repair(model, applied, refused)
        : new Repair(DeadNodes.remove(model, edit.commit()), applied, refused);
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

  private static String summary(ResidualStream stream, Rotation rotation) {
    return String.format(
        Locale.ROOT,
        "is rotated by a %s; %d writers, %d norms%s",
        rotation.description(),
        stream.writers().size() + stream.constants().size() + stream.entries().size(),
        stream.norms().size(),
        stream.isCentred() ? ", means folded" : "");
  }

  private static void note(List<Repair.Note> notes, String place, NormTreatment treatment) {
    if (treatment instanceof NormTreatment.TurnBack back) {
      notes.add(new Repair.Note(place, "is turned back by a product: " + back.reason()));
    }
  }
}

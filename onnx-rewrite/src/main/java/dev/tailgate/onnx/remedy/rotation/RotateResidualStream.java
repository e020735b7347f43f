package dev.tailgate.onnx.remedy.rotation;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.onnx.layer.DeadNodes;
import dev.tailgate.onnx.layer.LayerEdit;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.remedy.Repair;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

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
  private static final String PASS = "RotateResidualStream";

  private RotateResidualStream() {}

  /** Rotates all residual streams of a model, each by the rotation of its width and seed. */
  public static Repair apply(ModelMap map, long seed) {
    return apply(map, stream -> Optional.of(Rotation.of(stream.width(), seed)));
  }

  /** The residual streams of a model that can be rotated. */
  public static List<RotatableStream> streams(ModelMap map) {
    if (isTooOld(map)) {
      return List.of();
    }
    return StreamCandidates.of(map, LayerEdit.of(map.model(), PASS)).found().stream()
        .map(StreamCandidates.Candidate::stream)
        .toList();
  }

  /**
   * Rotates residual streams.
   *
   * @param rotations the rotation of each, of its width; empty where it stays as it is
   */
  public static Repair apply(
      ModelMap map, Function<RotatableStream, Optional<Rotation>> rotations) {
    if (isTooOld(map)) {
      String why = "is not rotated: its opset is below " + Ops.OLDEST_OPSET;
      return new Repair(map.model(), List.of(), List.of(new Repair.Note("the model", why)));
    }
    LayerEdit edit = LayerEdit.of(map.model(), PASS);
    StreamCandidates candidates = StreamCandidates.of(map, edit);
    StreamEdit streamEdit = new StreamEdit(map, edit);
    List<Repair.Note> applied = new ArrayList<>();
    for (StreamCandidates.Candidate candidate : candidates.found()) {
      Optional<Rotation> rotation = rotations.apply(candidate.stream());
      if (rotation.isPresent()) {
        streamEdit.rotate(candidate.touched(), candidate.treatments(), rotation.get());
        note(map, candidate, rotation.get(), applied);
      }
    }
    return applied.isEmpty()
        ? new Repair(map.model(), applied, candidates.refused())
        : new Repair(DeadNodes.remove(map.model(), edit.commit()), applied, candidates.refused());
  }

  private static boolean isTooOld(ModelMap map) {
    return map.model().opset() < Ops.OLDEST_OPSET;
  }

  private static void note(
      ModelMap map,
      StreamCandidates.Candidate candidate,
      Rotation rotation,
      List<Repair.Note> notes) {
    String place = candidate.stream().place();
    notes.add(new Repair.Note(place, summary(candidate.touched(), rotation)));
    candidate.treatments().forEach((n, t) -> note(notes, n.place(map.layers().flow()), t));
    for (String value : candidate.touched().entries()) {
      notes.add(new Repair.Note(Printable.of(value), "is turned by a product"));
    }
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

package dev.tailgate.onnx.remedy.scale;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.onnx.layer.LayerEdit;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.layer.NormLayer;
import dev.tailgate.onnx.remedy.Repair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Divides the channels of activations and multiplies the rows of the weights that read them:
 *
 * <pre>
 *   x W = (x diag(s)^-1) (diag(s) W),   s > 0
 * </pre>
 *
 * The division goes into the gain and shift of a norm, or into columns and bias of a linear layer
 * before, where {@link Fold} finds one; elsewhere a Div by {@code s} stands before the layers, if
 * that is wanted. The function stays what it was but for the rounding of weights.
 */
public final class ChannelScaling {
  /** What happens to a division that no weights can take. */
  public enum Unfolded {
    /** It becomes a Div in front of the layers. */
    DIVIDE,
    /** The activation is left alone, with the reason. */
    REFUSE
  }

  private ChannelScaling() {}

  /**
   * Scales what {@code scales} names.
   *
   * @param scales by {@link ScaledInput#tensor()}, one positive number for each channel
   * @throws IllegalArgumentException for scales that do not fit
   */
  public static Repair apply(ModelMap map, Map<String, double[]> scales, Unfolded unfolded) {
    OnnxModel model = map.model();
    Optional<Repair> old = Opsets.refusal(model);
    if (old.isPresent()) {
      return old.get();
    }
    LayerEdit edit = LayerEdit.of(model, "ChannelScaling");
    List<Repair.Note> applied = new ArrayList<>();
    List<Repair.Note> refused = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (ScaledInput input : ScaledInputs.of(map)) {
      double[] s = scales.get(input.tensor());
      known.add(input.tensor());
      if (s == null) {
        continue;
      }
      require(input, s);
      Optional<String> reason = reason(edit, model, input, s, unfolded);
      if (reason.isPresent()) {
        refused.add(new Repair.Note(input.id(), reason.get()));
      } else {
        applied.add(new Repair.Note(input.id(), scale(edit, model, input, s)));
      }
    }
    for (String tensor : scales.keySet()) {
      if (!known.contains(tensor)) {
        refused.add(new Repair.Note(Printable.of(tensor), "no linear layer reads its channels"));
      }
    }
    return new Repair(applied.isEmpty() ? model : edit.commit(), applied, refused);
  }

  private static void require(ScaledInput input, double[] s) {
    boolean positive = true;
    for (double scale : s) {
      positive &= scale > 0 && Double.isFinite(scale);
    }
    if (s.length != input.width() || !positive) {
      throw new IllegalArgumentException(
          input.id() + " needs " + input.width() + " positive scales");
    }
  }

  private static Optional<String> reason(
      LayerEdit edit, OnnxModel model, ScaledInput input, double[] s, Unfolded unfolded) {
    if (input.fold() instanceof Fold.Nowhere nowhere && unfolded == Unfolded.REFUSE) {
      return Optional.of(nowhere.reason());
    }
    ElementType type = type(model, input.readers().get(0));
    double top = 0;
    for (LinearLayer layer : input.readers()) {
      double[] rows = Diagonal.rowMaxima(edit.weight(layer));
      for (int j = 0; j < s.length; j++) {
        top = Math.max(top, rows[j] * s[j]);
      }
    }
    for (double scale : s) {
      top = Math.max(top, 1 / scale);
    }
    double largest = type == ElementType.FLOAT16 ? 65504 : Float.MAX_VALUE;
    return top > largest
        ? Optional.of(
            String.format(Locale.ROOT, "it would need %.3g, which %s lacks", top, type.label()))
        : Optional.empty();
  }

  private static ElementType type(OnnxModel model, LinearLayer layer) {
    return model.graph().constant(layer.constant()).orElseThrow().type();
  }

  private static String scale(LayerEdit edit, OnnxModel model, ScaledInput input, double[] s) {
    input.readers().forEach(layer -> Diagonal.scaleRows(edit.weight(layer), s));
    if (input.fold() instanceof Fold.IntoNorm into) {
      NormLayer norm = into.norm();
      norm.gain().ifPresent(gain -> Diagonal.divide(edit.vector(gain), s));
      norm.shift().ifPresent(shift -> Diagonal.divide(edit.vector(shift), s));
      return "scaled by the gain of the norm that makes it";
    }
    if (input.fold() instanceof Fold.IntoLinear into) {
      divide(edit, into.layer(), s);
      return "scaled by the weights of " + into.layer().id();
    }
    divide(edit, model, input, s);
    return "scaled by a Div: " + ((Fold.Nowhere) input.fold()).reason();
  }

  static void divide(LayerEdit edit, LinearLayer layer, double[] s) {
    Diagonal.divideColumns(edit.weight(layer), s);
    if (layer.bias().isPresent()) {
      Diagonal.divide(edit.bias(layer), s);
    }
  }

  private static void divide(LayerEdit edit, OnnxModel model, ScaledInput input, double[] s) {
    Ops ops = edit.ops().about(input.tensor());
    Map<String, String> scaled = new HashMap<>();
    String constant =
        ops.reals(
            "channel_scale", type(model, input.readers().get(0)), List.of((long) s.length), s);
    for (LinearLayer layer : input.readers()) {
      // Not a Mul by 1 / s: placements take a vector that an activation is multiplied by for the
      // gain
      // of a norm, and round it.
      String product = scaled.computeIfAbsent(layer.input(), x -> ops.op("Div", x, constant));
      ops.edit().redirect(new OnnxGraph.Use(layer.product(), 0), product);
    }
  }
}

package dev.tailgate.onnx.remedy.scale;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.LayerEdit;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.layer.Matrix;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.remedy.Repair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Cross-layer equalization (arXiv 1906.04721, section 4.1). For layers {@code W1 [in, C]} and
 * {@code W2 [C, out]} with a positively homogeneous function between them and the ranges {@code
 * r1_i = max|W1[:, i]|}, {@code r2_i = max|W2[i, :]|} of channel {@code i}:
 *
 * <pre>
 *   s_i = (1 / r2_i) sqrt(r1_i r2_i),   W1[:, i] /= s_i,   b1_i /= s_i,   W2[i, :] *= s_i
 * </pre>
 *
 * Both ranges become {@code sqrt(r1_i r2_i)}, which gives every channel the largest share of both
 * tensors' ranges that it can have in both. Where one layer is in two pairs the pairs are gone
 * through again until no scale changes. Channels with next to no range are left alone: their bias
 * would become the largest of all.
 */
public final class CrossLayerEqualization {
  private static final int MOST_ROUNDS = 100;

  /** Float32 weights cannot tell scales apart that are nearer to 1. */
  private static final double SETTLED = 1e-6;

  /** Of the largest range of a layer. */
  private static final double NEXT_TO_NONE = 1e-6;

  private CrossLayerEqualization() {}

  private record Pair(LinearLayer first, List<LinearLayer> second) {}

  /** Equalizes every pair of the model of {@code map}. */
  public static Repair apply(ModelMap map) {
    OnnxModel model = map.model();
    Optional<Repair> old = Opsets.refusal(model);
    if (old.isPresent()) {
      return old.get();
    }
    LayerEdit edit = LayerEdit.of(model, "CrossLayerEqualization");
    List<Repair.Note> applied = new ArrayList<>();
    List<Repair.Note> refused = new ArrayList<>();
    List<Pair> pairs = new ArrayList<>();
    for (ScaledInput input : ScaledInputs.of(map)) {
      if (input.fold() instanceof Fold.IntoLinear into) {
        Pair pair = new Pair(into.layer(), input.readers());
        pairs.add(pair);
        applied.add(new Repair.Note(input.id(), inWords(edit, pair)));
      } else if (input.fold() instanceof Fold.Nowhere nowhere) {
        refused.add(new Repair.Note(input.id(), nowhere.reason()));
      } else {
        refused.add(new Repair.Note(input.id(), "a norm makes it, not a linear layer"));
      }
    }
    boolean settled = pairs.isEmpty();
    for (int round = 0; round < MOST_ROUNDS && !settled; round++) {
      settled = true;
      for (Pair pair : pairs) {
        settled &= equalize(edit, pair);
      }
    }
    return new Repair(pairs.isEmpty() ? model : edit.commit(), applied, refused);
  }

  /** Whether nothing was left to do. */
  private static boolean equalize(LayerEdit edit, Pair pair) {
    double[] r1 = Diagonal.columnMaxima(edit.weight(pair.first()));
    double[] r2 = secondRanges(edit, pair);
    double[] s = new double[r1.length];
    double least1 = NEXT_TO_NONE * Arrays.stream(r1).max().orElse(0);
    double least2 = NEXT_TO_NONE * Arrays.stream(r2).max().orElse(0);
    boolean settled = true;
    for (int i = 0; i < s.length; i++) {
      boolean alive = r1[i] > least1 && r2[i] > least2;
      s[i] = alive ? Math.sqrt(r1[i] * r2[i]) / r2[i] : 1;
      settled &= Math.abs(s[i] - 1) <= SETTLED;
    }
    if (!settled) {
      ChannelScaling.divide(edit, pair.first(), s);
      pair.second().forEach(layer -> Diagonal.scaleRows(edit.weight(layer), s));
    }
    return settled;
  }

  private static double[] secondRanges(LayerEdit edit, Pair pair) {
    double[] r2 = new double[pair.first().out()];
    for (LinearLayer layer : pair.second()) {
      double[] rows = Diagonal.rowMaxima(edit.weight(layer));
      for (int i = 0; i < r2.length; i++) {
        r2[i] = Math.max(r2[i], rows[i]);
      }
    }
    return r2;
  }

  private static String inWords(LayerEdit edit, Pair pair) {
    Matrix first = edit.weight(pair.first());
    return String.format(
        Locale.ROOT,
        "equalized with %s, whose channels had ranges from %s",
        pair.first().id(),
        Spread.of(Diagonal.columnMaxima(first)));
  }
}

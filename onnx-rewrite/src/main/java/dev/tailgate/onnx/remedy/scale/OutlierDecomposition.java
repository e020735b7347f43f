package dev.tailgate.onnx.remedy.scale;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.attention.SplitProduct;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.onnx.layer.LayerEdit;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.layer.Matrix;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.remedy.Repair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Splits products by channels, as LLM.int8 does (arXiv 2208.07339, section 3.2), with {@code O} the
 * outlier channels of the input {@code x [.., in]} and {@code R} the rest:
 *
 * <pre>
 *   x W = x[:, R] W[R, :] + x[:, O] W[O, :]
 *
 *         ┌ Gather R ─ product ┐
 *   x ────┤                    Add ─ (bias)
 *         └ Gather O ─ MatMul ─┘
 * </pre>
 *
 * The function stays what it was but for the order of sums. The point is to quantize the upper part
 * alone: every node but the product itself has a name that {@link #EXCLUDE} chooses, which keeps
 * the lower part, the sum, and what is read of {@code x} in float.
 */
public final class OutlierDecomposition {
  private static final String MARK = "tailgate_outlier";

  /** The selector for what has to stay float. */
  public static final String EXCLUDE = "name:*" + MARK + "*";

  private OutlierDecomposition() {}

  /**
   * Splits the products that read what {@code outliers} names.
   *
   * @param outliers by {@link ScaledInput#tensor()}, channels from 0, at least one and not all
   * @throws IllegalArgumentException for channels that do not fit
   */
  public static Repair apply(ModelMap map, Map<String, int[]> outliers) {
    OnnxModel model = map.model();
    Optional<Repair> old = Opsets.refusal(model);
    if (old.isPresent()) {
      return old.get();
    }
    LayerEdit edit = LayerEdit.of(model, "OutlierDecomposition");
    List<Repair.Note> applied = new ArrayList<>();
    List<Repair.Note> refused = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (ScaledInput input : ScaledInputs.of(map)) {
      int[] channels = outliers.get(input.tensor());
      known.add(input.tensor());
      if (channels != null) {
        split(edit, map.flow(), input, sorted(input, channels), applied, refused);
      }
    }
    for (String tensor : outliers.keySet()) {
      if (!known.contains(tensor)) {
        refused.add(new Repair.Note(Printable.of(tensor), "no linear layer reads its channels"));
      }
    }
    return new Repair(applied.isEmpty() ? model : edit.commit(), applied, refused);
  }

  private static int[] sorted(ScaledInput input, int[] channels) {
    int[] sorted = Arrays.stream(channels).sorted().distinct().toArray();
    boolean fits =
        sorted.length == channels.length
            && sorted.length > 0
            && sorted.length < input.width()
            && sorted[0] >= 0
            && sorted[sorted.length - 1] < input.width();
    if (!fits) {
      throw new IllegalArgumentException(
          "Channels " + Arrays.toString(channels) + " of " + input.width());
    }
    return sorted;
  }

  private static void split(
      LayerEdit edit,
      Dataflow flow,
      ScaledInput input,
      int[] outliers,
      List<Repair.Note> applied,
      List<Repair.Note> refused) {
    int[] rest =
        IntStream.range(0, input.width())
            .filter(c -> Arrays.binarySearch(outliers, c) < 0)
            .toArray();
    Map<String, String> restOf = new HashMap<>();
    Map<String, String> outliersOf = new HashMap<>();
    Ops ops = edit.ops().about(input.tensor());
    int split = 0;
    for (LinearLayer layer : input.readers()) {
      String product = layer.product().output(0);
      Optional<String> obstacle = obstacle(flow, layer);
      if (obstacle.isPresent()) {
        refused.add(new Repair.Note(layer.id(), obstacle.get()));
        continue;
      }
      String x = layer.input();
      String restOfX = restOf.computeIfAbsent(x, v -> gather(ops, v, rest, "rest"));
      String outliersOfX = outliersOf.computeIfAbsent(x, v -> gather(ops, v, outliers, "columns"));
      Matrix weight = edit.weight(layer);
      edit.replaceWeight(layer, rows(weight, rest));
      ElementType type = flow.graph().constant(layer.constant()).orElseThrow().type();
      String few = constant(ops, type, rows(weight, outliers));
      String part = ops.node("MatMul", outliersOfX, few).named(MARK + "/product").add();
      String sum = ops.node("Add", product, part).named(MARK + "/sum").add();
      ops.edit().redirect(new OnnxGraph.Use(layer.product(), 0), restOfX);
      ops.edit().replaceUses(product, sum);
      split++;
    }
    if (split > 0) {
      applied.add(
          new Repair.Note(
              input.id(),
              outliers.length
                  + (outliers.length == 1 ? " channel" : " channels")
                  + " of "
                  + input.width()
                  + " multiplied apart, in "
                  + split
                  + (split == 1 ? " product" : " products")));
    }
  }

  private static Optional<String> obstacle(Dataflow flow, LinearLayer layer) {
    if (flow.graph().isOutput(layer.product().output(0))) {
      return Optional.of("its product is an output of the model and keeps its name");
    }
    return SplitProduct.at(flow, layer.product()).map(split -> "its product is split already");
  }

  private static String gather(Ops ops, String x, int[] channels, String what) {
    String indices = ops.longs(Arrays.stream(channels).asLongStream().toArray());
    return ops.node("Gather", x, indices).attribute("axis", -1).named(MARK + "/" + what).add();
  }

  private static Matrix rows(Matrix matrix, int[] chosen) {
    int columns = matrix.columns();
    float[] values = new float[Math.multiplyExact(chosen.length, columns)];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(matrix.values(), chosen[i] * columns, values, i * columns, columns);
    }
    return new Matrix(chosen.length, columns, values);
  }

  private static String constant(Ops ops, ElementType type, Matrix matrix) {
    double[] values = new double[matrix.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = matrix.values()[i];
    }
    return ops.reals(
        "outlier_rows", type, List.of((long) matrix.rows(), (long) matrix.columns()), values);
  }
}

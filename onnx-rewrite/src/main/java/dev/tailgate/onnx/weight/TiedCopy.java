package dev.tailgate.onnx.weight;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementReader;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.ArrayList;
import java.util.List;

/**
 * A matrix that is a table turned over: the head of a language model that shares the table of its
 * embedding. Exporters turn weights in advance and so store it twice; trained apart, the two would
 * no longer be one.
 *
 * @param table the initialiser that is trained, {@code [n, m]}
 * @param copy the initialiser with the same elements, {@code [m, n]}
 */
public record TiedCopy(String table, String copy) {
  /** The copies in {@code model}, each of the first table that it is one of. */
  public static List<TiedCopy> of(OnnxModel model) {
    List<Weight> weights = List.copyOf(Weights.of(model.graph()).values());
    List<TiedCopy> found = new ArrayList<>();
    for (Weight copy : weights) {
      if (copy.role() == WeightRole.MATRIX) {
        weights.stream()
            .filter(table -> table.role() == WeightRole.EMBEDDING)
            .filter(table -> isTurned(table.constant(), copy.constant()))
            .findFirst()
            .ifPresent(table -> found.add(new TiedCopy(table.name(), copy.name())));
      }
    }
    return List.copyOf(found);
  }

  /** {@code model} in which every copy is the table turned over where it is read. */
  public static OnnxModel joined(OnnxModel model, List<TiedCopy> copies) {
    if (copies.isEmpty()) {
      return model;
    }
    GraphEdit edit = model.edit();
    Ops ops = new Ops(model, edit, "tie");
    for (TiedCopy tie : copies) {
      edit.replaceUses(tie.copy(), ops.transpose(tie.table(), 1, 0));
      edit.removeConstant(tie.copy());
    }
    return edit.commit();
  }

  /** The elements of the copy for a table that was trained. */
  public ConstantTensor of(ConstantTensor trained) {
    int rows = Math.toIntExact(trained.dims().get(0));
    int columns = Math.toIntExact(trained.dims().get(1));
    double[] turned = new double[rows * columns];
    int[] at = {0};
    ElementReader.forEach(
        trained,
        value -> {
          turned[at[0] % columns * rows + at[0] / columns] = value;
          at[0]++;
        });
    List<Long> dims = List.of((long) columns, (long) rows);
    return ConstantTensor.ofReals(copy, trained.type(), dims, turned);
  }

  private static boolean isTurned(ConstantTensor table, ConstantTensor copy) {
    boolean fits =
        table.type() == ElementType.FLOAT
            && copy.type() == ElementType.FLOAT
            && table.dims().size() == 2
            && copy.dims().equals(List.of(table.dims().get(1), table.dims().get(0)));
    if (!fits || !beginsTurned(table, copy)) {
      return false;
    }
    int rows = Math.toIntExact(table.dims().get(0));
    int columns = Math.toIntExact(table.dims().get(1));
    float[] elements = new float[Math.multiplyExact(rows, columns)];
    int[] at = {0};
    ElementReader.forEach(table, value -> elements[at[0]++] = (float) value);
    at[0] = 0;
    boolean[] same = {true};
    ElementReader.forEach(
        copy,
        value -> {
          same[0] &= elements[at[0] % rows * columns + at[0] / rows] == (float) value;
          at[0]++;
        });
    return same[0];
  }

  /** Whether the first elements are the same, so that most pairs need not be read. */
  private static boolean beginsTurned(ConstantTensor table, ConstantTensor copy) {
    long columns = table.dims().get(1);
    long count = Math.min(table.dims().get(0), 16);
    for (long row = 0; row < count; row++) {
      int one = table.data().read(4 * row * columns, 4).getInt();
      if (one != copy.data().read(4 * row, 4).getInt()) {
        return false;
      }
    }
    return true;
  }
}

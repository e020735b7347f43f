package dev.tailgate.heal.remedy.rotation;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.remedy.rotation.Rotation;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * Rows of several layers behind a rotation, in the layout of {@link KurtosisDescent#ROWS}.
 *
 * @param layers {@code L}
 * @param blocks {@code K}
 * @param size {@code b}
 * @param tensor {@code [K, L N, b]}
 */
record TurnedRows(int layers, int blocks, int size, Tensor tensor) {
  /**
   * Turns rows.
   *
   * @param rows by layer, equally many of each
   * @param size {@code b}, which divides the width of the rotation
   */
  static TurnedRows of(List<List<double[]>> rows, Rotation rotation, int size) {
    return of(rows, size, rotation::apply);
  }

  /** Rows that nothing turns. */
  static TurnedRows asTheyAre(List<List<double[]>> rows, int size) {
    return of(rows, size, row -> {});
  }

  private static TurnedRows of(List<List<double[]>> rows, int size, Consumer<double[]> rotation) {
    int blocks = rows.get(0).get(0).length / size;
    int count = rows.stream().mapToInt(List::size).sum();
    Tensor tensor = Tensor.allocate(ElementType.FLOAT, blocks, count, size);
    FloatBuffer elements = tensor.data().asFloatBuffer();
    int at = 0;
    for (List<double[]> layer : rows) {
      for (double[] row : layer) {
        double[] turned = row.clone();
        rotation.accept(turned);
        for (int i = 0; i < turned.length; i++) {
          int block = i / size;
          elements.put((block * count + at) * size + i % size, (float) turned[i]);
        }
        at++;
      }
    }
    return new TurnedRows(rows.size(), blocks, size, tensor);
  }
}

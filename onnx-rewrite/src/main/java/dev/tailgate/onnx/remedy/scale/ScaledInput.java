package dev.tailgate.onnx.remedy.scale;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.onnx.layer.LayerEdit;
import dev.tailgate.onnx.layer.LinearLayer;
import java.util.List;

/**
 * An activation that linear layers read, with the place of its channels.
 *
 * @param tensor the value, as it is before changes of shape that keep the order of elements
 * @param seen the same elements as the first reader sees them, {@code [..., width]}
 * @param width number of channels
 * @param readers the layers that multiply it, at least one
 * @param fold where a division of its channels can go
 */
public record ScaledInput(
    String tensor, String seen, int width, List<LinearLayer> readers, Fold fold) {
  /** Copies the readers. */
  public ScaledInput {
    readers = List.copyOf(readers);
  }

  /** {@code max|W_j|} over the rows {@code j} of all readers, {@code [width]}. */
  public double[] weightMaxima(OnnxModel model) {
    double[] maxima = new double[width];
    for (LinearLayer layer : readers) {
      double[] rows = Diagonal.rowMaxima(LayerEdit.read(model, layer));
      for (int j = 0; j < width; j++) {
        maxima[j] = Math.max(maxima[j], rows[j]);
      }
    }
    return maxima;
  }

  /** A name to show. */
  public String id() {
    return Printable.of(tensor);
  }
}

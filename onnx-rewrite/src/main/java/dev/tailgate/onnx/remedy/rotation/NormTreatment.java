package dev.tailgate.onnx.remedy.rotation;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.layer.LayerEdit;
import dev.tailgate.onnx.layer.Layers;
import dev.tailgate.onnx.layer.LinearLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What becomes of a norm of a rotated stream, as its readers allow. */
sealed interface NormTreatment {
  /** A gain smaller than this part of a shift is not divided by. */
  double LARGEST_RATIO = 100;

  /** All who read the result are linear layers, which take gain, shift and rotation. */
  record Fold(List<LinearLayer> readers) implements NormTreatment {}

  /**
   * The same, but a layer whose product is an output of the model has no place for a bias. The
   * shift stays, in front of the gain and rotated: {@code y = (n + s / g) g}.
   *
   * @param offset {@code s / g [D]}
   */
  record FoldGain(List<LinearLayer> readers, double[] offset) implements NormTreatment {}

  /** The normalised value is turned back by a product of its own; gain and shift stay. */
  record TurnBack(String reason) implements NormTreatment {}

  /** Nothing can be done. */
  record Impossible(String reason) implements NormTreatment {}

  /** The treatment of {@code reading}. */
  static NormTreatment of(
      Layers layers, LastAxis axes, LayerEdit edit, NormReading reading, int width) {
    Dataflow flow = layers.flow();
    String output = reading.norm().output();
    List<LinearLayer> readers = new ArrayList<>();
    String reason = flow.graph().isOutput(output) ? "it is an output of the model" : "";
    for (OnnxGraph.Use use : axes.readers(output, width)) {
      Optional<LinearLayer> layer =
          layers.at(use.node()).filter(l -> l.in() == width && use.inputIndex() == 0);
      if (layer.isEmpty()) {
        reason = use.node().id() + " reads it, which is no linear layer";
      } else if (isTable(flow, layer.get())) {
        reason = layer.get().id() + " has its weights in common with a look-up table";
      }
      layer.ifPresent(readers::add);
    }
    if (reason.isEmpty() && !readers.isEmpty()) {
      Optional<double[]> shift = reading.affine().shift();
      if (shift.isEmpty() || readers.stream().allMatch(edit::takesBias)) {
        return new Fold(readers);
      }
      double[] offset = quotient(shift.get(), reading.affine().gain());
      if (Arrays.stream(offset).allMatch(v -> Math.abs(v) <= LARGEST_RATIO)) {
        return new FoldGain(readers, offset);
      }
      reason = "an output of the model needs its shift, which no gain can follow";
    }
    boolean bare = reading.fused().isEmpty() && reading.affine().first().isEmpty();
    return bare && flow.graph().isOutput(output)
        ? new Impossible("its norm is an output of the model")
        : new TurnBack(reason.isEmpty() ? "nothing reads it" : reason);
  }

  /** NaN and infinities where the gain is 0, which no bound admits. */
  private static double[] quotient(double[] shift, Optional<double[]> gain) {
    double[] offset = shift.clone();
    for (int i = 0; i < offset.length && gain.isPresent(); i++) {
      offset[i] /= gain.get()[i];
    }
    return offset;
  }

  private static boolean isTable(Dataflow flow, LinearLayer layer) {
    return flow.graph().uses(layer.constant()).stream().anyMatch(use -> use.node().is("Gather"));
  }
}

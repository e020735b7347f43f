package dev.tailgate.onnx.weight;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxGraph;
import java.util.List;

/**
 * A weight of a model.
 *
 * @param constant the initialiser
 * @param role what it is for
 * @param uses where operators apply it, layout changes and casts on the way passed over
 */
public record Weight(ConstantTensor constant, WeightRole role, List<OnnxGraph.Use> uses) {
  /** Copies the list. */
  public Weight {
    uses = List.copyOf(uses);
  }

  /** The name of the initialiser. */
  public String name() {
    return constant.name();
  }

  /** Whether it has at most one axis longer than 1. */
  public boolean isVector() {
    return isVector(constant);
  }

  static boolean isVector(ConstantTensor constant) {
    return constant.dims().stream().filter(dim -> dim > 1).count() <= 1;
  }
}

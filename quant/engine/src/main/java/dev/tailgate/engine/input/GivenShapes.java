package dev.tailgate.engine.input;

import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads sizes of open dimensions off the arrays that the data gives: the tokens of a decoder, the
 * length of a cache. Inputs that are made up then fit those that are given.
 *
 * @param graph the model
 * @param arrays shapes of arrays by model input, samples along the first axis
 */
record GivenShapes(OnnxGraph graph, Map<String, List<Long>> arrays) {

  /** Binds the names of dimensions, those that count samples excepted. */
  void bind(Optional<String> primary, DimBinder binder) {
    for (ValueInfo input : graph.inputs()) {
      List<Long> array = arrays.get(input.name());
      List<Dim> dims = input.shape().orElse(List.of());
      boolean isPrimary = primary.filter(input.name()::equals).isPresent();
      for (int axis = 1; array != null && !isPrimary && axis < dims.size(); axis++) {
        Dim dim = dims.get(axis);
        if (array.size() == dims.size()
            && dim instanceof Dim.Symbolic symbolic
            && !binder.isBatch(dim, axis)) {
          binder.bindGiven(symbolic.name(), array.get(axis));
        }
      }
    }
  }

  /** Length of the past, {@code [.., heads, past, width]}, where the data gives one. */
  OptionalLong past(Map<String, InputRole> roles) {
    for (ValueInfo input : graph.inputs()) {
      List<Long> array = arrays.get(input.name());
      if (array != null
          && array.size() >= 4
          && roles.get(input.name()) instanceof InputRole.PastState) {
        return OptionalLong.of(array.get(array.size() - 2));
      }
    }
    return OptionalLong.empty();
  }
}

package dev.tailgate.train.graph;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.train.optimiser.InitialState;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** The states of a training graph before the first step, as tensors outside the heap. */
public final class InitialTensors {
  /** Weights are read in parts of this size, so that none passes through the heap as a whole. */
  private static final int PART = 1 << 20;

  private InitialTensors() {}

  /** A tensor for each state, in their order. */
  public static Map<String, Tensor> of(TrainingGraph graph) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    graph.initial().forEach((name, state) -> tensors.put(name, of(state)));
    return tensors;
  }

  /** One state. */
  public static Tensor of(InitialState state) {
    long[] shape = state.dims().stream().mapToLong(Long::longValue).toArray();
    Tensor tensor = Tensor.allocate(state.type(), shape);
    if (state instanceof InitialState.Weight weight) {
      fill(tensor, weight.weight());
      if (weight.factor() != 1) {
        scale(tensor, weight.factor());
      }
    }
    return tensor;
  }

  private static void fill(Tensor tensor, ConstantTensor weight) {
    ByteBuffer target = tensor.data();
    for (long at = 0; target.hasRemaining(); ) {
      int length = Math.min(PART, target.remaining());
      target.put(weight.data().read(at, length));
      at += length;
    }
  }

  private static void scale(Tensor tensor, double factor) {
    if (tensor.type() == ElementType.DOUBLE) {
      var values = tensor.data().asDoubleBuffer();
      for (int i = 0; i < values.limit(); i++) {
        values.put(i, values.get(i) * factor);
      }
    } else {
      var values = tensor.data().asFloatBuffer();
      for (int i = 0; i < values.limit(); i++) {
        values.put(i, (float) (values.get(i) * factor));
      }
    }
  }
}

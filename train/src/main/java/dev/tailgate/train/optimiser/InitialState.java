package dev.tailgate.train.optimiser;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import java.util.List;

/** What a state is before the first step. */
public sealed interface InitialState {
  /** The element type. */
  ElementType type();

  /** The dimensions. */
  List<Long> dims();

  /**
   * A weight of the model, times a number.
   *
   * @param weight where its elements lie
   * @param factor 1 for the weight itself
   */
  record Weight(ConstantTensor weight, double factor) implements InitialState {
    @Override
    public ElementType type() {
      return weight.type();
    }

    @Override
    public List<Long> dims() {
      return weight.dims();
    }
  }

  /** Zeros, as moments and counters start. */
  record Zeros(ElementType type, List<Long> dims) implements InitialState {
    /** Copies the list. */
    public Zeros {
      dims = List.copyOf(dims);
    }
  }
}

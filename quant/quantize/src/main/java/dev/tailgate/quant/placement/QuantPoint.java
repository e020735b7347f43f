package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.tap.TokenLayout;
import java.util.List;

/** A tensor that is quantized, and which of its uses see the quantized values. */
public sealed interface QuantPoint {
  /** Value name in the user's file. */
  String tensor();

  /** What the tensor is, in the words of the tap roles; for weights the operator that reads it. */
  String role();

  /** The block it belongs to, from 0; -1 outside the blocks. */
  int layer();

  /** Float element type. */
  ElementType type();

  /** Number of dimensions. */
  int rank();

  /** Uses that read the quantized tensor; graph outputs always stay float. */
  List<OnnxGraph.Use> uses();

  /** An activation, quantized with a range estimated on data. */
  record Activation(
      String tensor,
      String role,
      int layer,
      ElementType type,
      int rank,
      TokenLayout tokens,
      List<OnnxGraph.Use> uses)
      implements QuantPoint {
    /** Copies the uses. */
    public Activation {
      uses = List.copyOf(uses);
    }

    /** The same quantized for other readers. */
    public Activation readBy(List<OnnxGraph.Use> others) {
      return new Activation(tensor, role, layer, type, rank, tokens, others);
    }
  }

  /** A weight, quantized with the range of its own values. */
  record Weight(
      String tensor,
      String role,
      int layer,
      ElementType type,
      List<Long> dims,
      WeightAxes axes,
      List<OnnxGraph.Use> uses)
      implements QuantPoint {
    /** Copies dimensions and uses. */
    public Weight {
      dims = List.copyOf(dims);
      uses = List.copyOf(uses);
    }

    /** The same quantized for other readers. */
    public Weight readBy(List<OnnxGraph.Use> others) {
      return new Weight(tensor, role, layer, type, dims, axes, others);
    }

    @Override
    public int rank() {
      return dims.size();
    }
  }
}

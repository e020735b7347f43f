package dev.tailgate.quant.qdq;

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

  /** Float element type. */
  ElementType type();

  /** Uses that read the quantized tensor; graph outputs always stay float. */
  List<OnnxGraph.Use> uses();

  /** An activation, quantized with a range estimated on data. */
  record Activation(
      String tensor,
      String role,
      ElementType type,
      int rank,
      TokenLayout tokens,
      List<OnnxGraph.Use> uses)
      implements QuantPoint {
    /** Copies the uses. */
    public Activation {
      uses = List.copyOf(uses);
    }
  }

  /** A weight, quantized with the range of its own values. */
  record Weight(String tensor, String role, ElementType type, List<OnnxGraph.Use> uses)
      implements QuantPoint {
    /** Copies the uses. */
    public Weight {
      uses = List.copyOf(uses);
    }
  }
}

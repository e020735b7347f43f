package dev.tailgate.engine.input;

import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The outputs of a model that can be read as numbers, and those that cannot: sequences, maps,
 * optional values, text. The latter are computed by whoever runs the model, but nothing can be
 * measured on them here.
 *
 * @param names those that are read, in the order of the model
 * @param leftOut the others
 */
public record ReadableOutputs(Set<String> names, List<ValueInfo> leftOut) {
  /** Copies both. */
  public ReadableOutputs {
    names = new LinkedHashSet<>(names);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * Tells them apart by their stated types; what has none is taken for a tensor of numbers.
   *
   * @throws DataException for a model all of whose outputs are left out
   */
  public static ReadableOutputs of(OnnxGraph graph) {
    Set<String> names = new LinkedHashSet<>();
    List<ValueInfo> leftOut = new ArrayList<>();
    for (ValueInfo output : graph.outputs()) {
      if (isReadable(output)) {
        names.add(output.name());
      } else {
        leftOut.add(output);
      }
    }
    if (names.isEmpty()) {
      throw DataException.doing("reading the outputs of the model")
          .expected("at least one that is a tensor of numbers")
          .found(leftOut.isEmpty() ? "no outputs" : words(leftOut))
          .fix("Export the part of the model before its post-processing.");
    }
    return new ReadableOutputs(names, leftOut);
  }

  static boolean isReadable(ValueInfo output) {
    return output.kind() == ValueInfo.Kind.TENSOR
        && (output.type() == ElementType.UNDEFINED || Elements.knows(output.type()));
  }

  /** A sentence about what is left out; empty where nothing is. */
  public Optional<String> note() {
    return leftOut.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Left out, since only tensors of numbers can be compared: "
                + (leftOut.size() == 1 ? "output " : "outputs ")
                + words(leftOut)
                + ".");
  }

  private static String words(List<ValueInfo> outputs) {
    return outputs.stream()
        .map(output -> Printable.of(output.name()) + " (" + output.typeLabel() + ")")
        .collect(Collectors.joining(", "));
  }
}

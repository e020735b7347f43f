package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model asked for the shapes it would have: its inputs have given sizes, every value of its main
 * graph is an output, and what it says itself of shapes is left out, since a file may say anything.
 * Whoever infers shapes tells those of all values that follow from the inputs and from constants.
 */
public final class SizedModel {
  private SizedModel() {}

  /**
   * {@code model} for inputs of these sizes; inputs that are not named stay open.
   *
   * @param sizes dimensions by input
   */
  public static OnnxModel of(OnnxModel model, Map<String, List<Long>> sizes) {
    OnnxModel whole = FoldedBranches.of(model);
    GraphProto graph = whole.graph().proto();
    GraphProto.Builder sized = graph.toBuilder().clearInput().clearOutput().clearValueInfo();
    for (ValueInfoProto input : graph.getInputList()) {
      sized.addInput(sized(input, sizes.getOrDefault(input.getName(), List.of())));
    }
    Set<String> asked = new HashSet<>();
    for (NodeProto node : graph.getNodeList()) {
      for (String output : node.getOutputList()) {
        if (!output.isEmpty() && asked.add(output)) {
          sized.addOutput(ValueInfoProto.newBuilder().setName(output));
        }
      }
    }
    OnnxGraph open =
        new OnnxGraph(sized.build(), whole.graph().initializers().values(), whole.graph().files());
    return new OnnxModel(whole.shell(), open, whole.path(), whole.reserved());
  }

  private static ValueInfoProto sized(ValueInfoProto input, List<Long> sizes) {
    ValueInfo info = ValueInfo.of(input);
    boolean isOpen = sizes.isEmpty() && info.shape().isEmpty();
    if (!input.getType().hasTensorType() || isOpen) {
      return input;
    }
    List<Dim> dims =
        sizes.isEmpty() ? told(info.shape().orElseThrow()) : sizes.stream().map(Dim::of).toList();
    return new ValueInfo(info.name(), info.type(), Optional.of(dims)).toProto();
  }

  /**
   * The dimensions of an input with one symbol for each axis. Exports call both axes of {@code [B,
   * T]} by one symbol, though their sizes differ; where a symbol stands for several axes of one
   * input, each after the first gets its own.
   */
  public static List<Dim> told(List<Dim> dims) {
    List<Dim> told = new ArrayList<>();
    for (Dim dim : dims) {
      boolean isRepeated = dim instanceof Dim.Symbolic && told.contains(dim);
      told.add(isRepeated ? Dim.of(dim + "@" + told.size()) : dim);
    }
    return List.copyOf(told);
  }
}

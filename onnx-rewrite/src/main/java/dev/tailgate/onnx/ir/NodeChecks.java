package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.FunctionProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Refuses nodes of standard operators with fewer or more inputs or outputs than their definition
 * allows, in the main graph, in graphs inside it and in functions. The runtime refuses them, too;
 * here it is done before anything reads them, since what follows the data flow counts on them.
 */
final class NodeChecks {
  private static final String ADVICE = "The file is damaged or hostile; export the model again.";

  private final int opset;
  private final Set<String> functions;

  private NodeChecks(int opset, Set<String> functions) {
    this.opset = opset;
    this.functions = functions;
  }

  /** Checks the nodes of {@code graph} and those of the functions in {@code shell}. */
  static void arities(GraphProto graph, ModelProto shell, int opset, String where) {
    Set<String> functions =
        shell.getFunctionsList().stream()
            .filter(function -> OnnxNode.normalDomain(function.getDomain()).isEmpty())
            .map(FunctionProto::getName)
            .collect(Collectors.toUnmodifiableSet());
    new NodeChecks(opset, functions).check(graph.getNodeList(), where);
    for (FunctionProto function : shell.getFunctionsList()) {
      int own =
          function.getOpsetImportList().stream()
              .filter(o -> OnnxNode.normalDomain(o.getDomain()).isEmpty())
              .mapToInt(o -> (int) Math.max(0, Math.min(o.getVersion(), Integer.MAX_VALUE)))
              .max()
              .orElse(opset);
      new NodeChecks(own, functions)
          .check(function.getNodeList(), where + ", function " + Printable.of(function.getName()));
    }
  }

  private void check(List<NodeProto> nodes, String where) {
    for (NodeProto node : nodes) {
      if (OnnxNode.normalDomain(node.getDomain()).isEmpty()
          && !functions.contains(node.getOpType())) {
        Optional<OperatorTable.Arity> arity = OperatorTable.arity(node.getOpType(), opset);
        if (arity.isPresent()) {
          within(arity.get().inputs(), node.getInputCount(), "input", node, where);
          within(arity.get().outputs(), node.getOutputCount(), "output", node, where);
        }
      }
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          check(attribute.getG().getNodeList(), where);
        }
        attribute.getGraphsList().forEach(inner -> check(inner.getNodeList(), where));
      }
    }
  }

  private void within(
      OperatorTable.Range range, int count, String noun, NodeProto node, String where) {
    if (count < range.fewest() || count > range.most()) {
      throw ModelException.doing("checking the operators of the graph")
          .expected(range.words(noun) + " of " + node.getOpType() + " in opset " + opset)
          .found(Integer.toString(count))
          .where(where + ", node " + GraphChecks.name(node))
          .fix(ADVICE);
    }
  }
}

package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.FunctionProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.SparseTensorProto;
import dev.tailgate.onnx.proto.TensorProto;
import dev.tailgate.onnx.proto.TrainingInfoProto;
import java.util.function.UnaryOperator;

/**
 * Reaches the tensors with external data that are not initialisers of the main graph: in attributes
 * and subgraphs, in sparse initialisers, in functions and in training graphs. What does not change
 * is not copied.
 */
final class NestedTensors {
  private final UnaryOperator<TensorProto> operator;

  NestedTensors(UnaryOperator<TensorProto> operator) {
    this.operator = operator;
  }

  ModelProto inShell(ModelProto shell) {
    ModelProto.Builder out = shell.toBuilder();
    for (int f = 0; f < shell.getFunctionsCount(); f++) {
      FunctionProto function = shell.getFunctions(f);
      FunctionProto.Builder changed = function.toBuilder();
      for (int n = 0; n < function.getNodeCount(); n++) {
        changed.setNode(n, inNode(function.getNode(n)));
      }
      out.setFunctions(f, changed);
    }
    for (int t = 0; t < shell.getTrainingInfoCount(); t++) {
      TrainingInfoProto info = shell.getTrainingInfo(t);
      TrainingInfoProto.Builder changed = info.toBuilder();
      if (info.hasInitialization()) {
        changed.setInitialization(inGraph(info.getInitialization()));
      }
      if (info.hasAlgorithm()) {
        changed.setAlgorithm(inGraph(info.getAlgorithm()));
      }
      out.setTrainingInfo(t, changed);
    }
    return out.build();
  }

  GraphProto inGraph(GraphProto graph) {
    GraphProto.Builder out = graph.toBuilder();
    for (int n = 0; n < graph.getNodeCount(); n++) {
      NodeProto node = graph.getNode(n);
      NodeProto changed = inNode(node);
      if (!changed.equals(node)) {
        out.setNode(n, changed);
      }
    }
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      out.setInitializer(i, inTensor(graph.getInitializer(i)));
    }
    for (int s = 0; s < graph.getSparseInitializerCount(); s++) {
      out.setSparseInitializer(s, inSparse(graph.getSparseInitializer(s)));
    }
    return out.build();
  }

  private NodeProto inNode(NodeProto node) {
    NodeProto.Builder out = null;
    for (int a = 0; a < node.getAttributeCount(); a++) {
      AttributeProto attribute = node.getAttribute(a);
      boolean holdsTensors =
          attribute.hasT()
              || attribute.hasG()
              || attribute.hasSparseTensor()
              || attribute.getTensorsCount() > 0
              || attribute.getGraphsCount() > 0
              || attribute.getSparseTensorsCount() > 0;
      if (holdsTensors) {
        out = out == null ? node.toBuilder() : out;
        out.setAttribute(a, inAttribute(attribute));
      }
    }
    return out == null ? node : out.build();
  }

  private AttributeProto inAttribute(AttributeProto attribute) {
    AttributeProto.Builder out = attribute.toBuilder();
    if (attribute.hasT()) {
      out.setT(inTensor(attribute.getT()));
    }
    if (attribute.hasG()) {
      out.setG(inGraph(attribute.getG()));
    }
    if (attribute.hasSparseTensor()) {
      out.setSparseTensor(inSparse(attribute.getSparseTensor()));
    }
    for (int i = 0; i < attribute.getTensorsCount(); i++) {
      out.setTensors(i, inTensor(attribute.getTensors(i)));
    }
    for (int i = 0; i < attribute.getGraphsCount(); i++) {
      out.setGraphs(i, inGraph(attribute.getGraphs(i)));
    }
    for (int i = 0; i < attribute.getSparseTensorsCount(); i++) {
      out.setSparseTensors(i, inSparse(attribute.getSparseTensors(i)));
    }
    return out.build();
  }

  private SparseTensorProto inSparse(SparseTensorProto sparse) {
    SparseTensorProto.Builder out = sparse.toBuilder();
    if (sparse.hasValues()) {
      out.setValues(inTensor(sparse.getValues()));
    }
    if (sparse.hasIndices()) {
      out.setIndices(inTensor(sparse.getIndices()));
    }
    return out.build();
  }

  private TensorProto inTensor(TensorProto tensor) {
    return ExternalData.isExternal(tensor) ? operator.apply(tensor) : tensor;
  }
}

package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.NodeProto;
import java.util.List;

/**
 * A graph that an edit built for the inside of a model.
 *
 * @param graph without its constants
 * @param nodes the nodes of the graph and of the graphs inside it
 */
record InnerGraph(GraphProto graph, List<ConstantTensor> constants, List<NodeProto> nodes) {
  /** The graph as an attribute holds it. */
  GraphProto withConstants() {
    return graph.toBuilder()
        .addAllInitializer(constants.stream().map(SessionBytes::inline).toList())
        .build();
  }
}

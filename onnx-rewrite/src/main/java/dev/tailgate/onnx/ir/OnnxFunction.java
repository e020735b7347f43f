package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.FunctionProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.util.List;

/** A model-local function: an operator whose body travels with the model. */
public final class OnnxFunction {
  private final FunctionProto proto;

  OnnxFunction(FunctionProto proto) {
    this.proto = proto;
  }

  /** Domain of the operator the function defines. */
  public String domain() {
    return proto.getDomain();
  }

  /** Name of the operator the function defines. */
  public String name() {
    return proto.getName();
  }

  /** The body as a graph; inputs and outputs carry no types. */
  public OnnxGraph body() {
    GraphProto.Builder graph = GraphProto.newBuilder().setName(proto.getName());
    proto.getInputList().forEach(name -> graph.addInput(named(name)));
    proto.getOutputList().forEach(name -> graph.addOutput(named(name)));
    return new OnnxGraph(graph.addAllNode(proto.getNodeList()).build(), List.of());
  }

  private static ValueInfoProto named(String name) {
    return ValueInfoProto.newBuilder().setName(name).build();
  }
}

package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.FunctionProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A model-local function: an operator whose body travels with the model. */
public final class OnnxFunction {
  private final FunctionProto proto;
  private final @Nullable ExternalFiles files;

  OnnxFunction(FunctionProto proto, @Nullable ExternalFiles files) {
    this.proto = proto;
    this.files = files;
  }

  /** Domain of the operator the function defines. */
  public String domain() {
    return proto.getDomain();
  }

  /** Name of the operator the function defines. */
  public String name() {
    return proto.getName();
  }

  /** The body as a graph; inputs and outputs carry no types, other values where the file says. */
  public OnnxGraph body() {
    GraphProto.Builder graph = GraphProto.newBuilder().setName(proto.getName());
    proto.getInputList().forEach(name -> graph.addInput(named(name)));
    proto.getOutputList().forEach(name -> graph.addOutput(named(name)));
    graph.addAllNode(proto.getNodeList()).addAllValueInfo(proto.getValueInfoList());
    return new OnnxGraph(graph.build(), List.of(), files);
  }

  private static ValueInfoProto named(String name) {
    return ValueInfoProto.newBuilder().setName(name).build();
  }
}

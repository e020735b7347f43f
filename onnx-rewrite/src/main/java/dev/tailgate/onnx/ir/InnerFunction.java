package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.FunctionProto;
import dev.tailgate.onnx.proto.OperatorSetIdProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.util.List;

/** An operator that an edit defines by a graph. */
record InnerFunction(String domain, String name, InnerGraph body) {
  /** The function as a model holds it: of its inputs and outputs it keeps the names. */
  FunctionProto toProto(List<OperatorSetIdProto> opsets) {
    FunctionProto.Builder function =
        FunctionProto.newBuilder().setDomain(domain).setName(name).addAllOpsetImport(opsets);
    body.graph().getInputList().stream().map(ValueInfoProto::getName).forEach(function::addInput);
    body.graph().getOutputList().stream().map(ValueInfoProto::getName).forEach(function::addOutput);
    body.constants().forEach(constant -> function.addNode(ConstantNodes.node(constant)));
    return function.addAllNode(body.graph().getNodeList()).build();
  }
}

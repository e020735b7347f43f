package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.FunctionProto;
import dev.tailgate.onnx.proto.ModelProto;

/** Puts an edited body back into a model-local function. */
final class FunctionBody {
  private FunctionBody() {}

  /** Functions hold no initialisers, so constants of the edit become {@code Constant} nodes. */
  static OnnxModel replace(OnnxModel model, int index, OnnxModel edited) {
    FunctionProto.Builder function = model.shell().getFunctions(index).toBuilder().clearNode();
    for (ConstantTensor constant : edited.graph().initializers().values()) {
      function.addNode(ConstantNodes.node(constant));
    }
    function.addAllNode(edited.graph().proto().getNodeList());
    if (function.getOpsetImportCount() > 0) {
      function.clearOpsetImport().addAllOpsetImport(edited.shell().getOpsetImportList());
    }
    ModelProto shell = model.shell().toBuilder().setFunctions(index, function).build();
    // A domain that only the function imports has to be known to the model as well.
    return new OnnxModel(
        NestedGraphs.withImports(shell, edited.shell()),
        model.graph(),
        model.path(),
        model.reserved());
  }
}

package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a model computes, as a hash: SHA-256 of its operator sets, functions and nodes, and of name,
 * type, dimensions and elements of its initialisers. Where weights lie and what a file says beside
 * does not enter.
 */
public final class ModelDigest {
  private static final int PART = 1 << 20;

  private ModelDigest() {}

  /** The hash of {@code model}, 64 hex digits; reads all weights. */
  public static String of(OnnxModel model) {
    MessageDigest digest = sha256();
    OnnxModel whole = FoldedBranches.of(model);
    ModelProto.Builder shell = ModelProto.newBuilder();
    shell.addAllOpsetImport(whole.shell().getOpsetImportList());
    shell.addAllFunctions(whole.shell().getFunctionsList());
    digest.update(shell.build().toByteArray());
    GraphProto.Builder graph = GraphProto.newBuilder();
    graph.addAllNode(whole.graph().proto().getNodeList());
    graph.addAllInput(whole.graph().proto().getInputList());
    graph.addAllOutput(whole.graph().proto().getOutputList());
    digest.update(graph.build().toByteArray());
    whole.graph().initializers().values().forEach(tensor -> add(digest, tensor));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, ConstantTensor tensor) {
    String head = tensor.name() + "\n" + tensor.type().label() + tensor.dims() + "\n";
    digest.update(head.getBytes(StandardCharsets.UTF_8));
    long bytes = tensor.data().byteLength();
    for (long at = 0; at < bytes; at += PART) {
      digest.update(tensor.data().read(at, Math.toIntExact(Math.min(PART, bytes - at))));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}

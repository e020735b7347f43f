package dev.tailgate.onnx.ir;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.NodeProto;
import java.util.Base64;
import java.util.List;

/**
 * Nodes as text, so that a pass can leave the nodes it replaced in the metadata of its own, from
 * where they can be put back.
 */
public final class NodeArchive {
  private NodeArchive() {}

  /** The nodes, in order, as text. */
  public static String write(List<OnnxNode> nodes) {
    GraphProto.Builder graph = GraphProto.newBuilder();
    nodes.forEach(node -> graph.addNode(node.proto()));
    return Base64.getEncoder().encodeToString(graph.build().toByteArray());
  }

  /** Whether any node of the archive carries metadata under {@code key}. */
  public static boolean mentions(String text, String key) {
    return read(text).stream()
        .flatMap(node -> node.getMetadataPropsList().stream())
        .anyMatch(entry -> entry.getKey().equals(key));
  }

  /**
   * What {@link #write} made of nodes.
   *
   * @throws ModelException for text that is not
   */
  static List<NodeProto> read(String text) {
    try {
      return GraphProto.parseFrom(Base64.getDecoder().decode(text)).getNodeList();
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw ModelException.doing("restoring replaced nodes")
          .expected("the nodes as the rewrite recorded them")
          .found("metadata that was changed since")
          .fix("Start from the original model instead.", e);
    }
  }
}

package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.onnx.role.TapRole;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The block each node belongs to: the first one whose output its values reach. The head, which
 * reaches none, and the embeddings, which all blocks follow, belong to none.
 */
final class NodeLayers {
  /** Outside the blocks. */
  static final int NONE = -1;

  private static final Set<TapRole> FIRST =
      EnumSet.of(TapRole.EMBEDDING_SUM, TapRole.LAYERNORM_OUT);

  private final Map<OnnxNode, Integer> layers = new HashMap<>();

  private NodeLayers() {}

  static NodeLayers of(OnnxGraph graph, TapMap taps) {
    NodeLayers result = new NodeLayers();
    Map<String, Integer> ends = new HashMap<>();
    for (Tap tap : taps.withRole(TapRole.BLOCK_OUT)) {
      ends.put(tap.tensor(), tap.layer());
    }
    Map<String, Integer> ofValue = new HashMap<>();
    List<OnnxNode> nodes = graph.nodes();
    Set<String> before = new HashSet<>();
    taps.taps().stream()
        .filter(tap -> tap.layer() < 0 && tap.roles().stream().anyMatch(FIRST::contains))
        .forEach(tap -> before.add(tap.tensor()));
    for (int i = nodes.size() - 1; i >= 0; i--) {
      OnnxNode node = nodes.get(i);
      if (node.outputs().stream().anyMatch(before::contains)) {
        before.addAll(node.inputs());
        continue;
      }
      int layer = Integer.MAX_VALUE;
      for (String output : node.outputs()) {
        layer = Math.min(layer, ends.getOrDefault(output, ofValue.getOrDefault(output, layer)));
      }
      result.layers.put(node, layer == Integer.MAX_VALUE ? NONE : layer);
      for (String input : node.inputs()) {
        ofValue.merge(input, layer, Math::min);
      }
    }
    return result;
  }

  int of(OnnxNode node) {
    return layers.getOrDefault(node, NONE);
  }
}

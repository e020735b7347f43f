package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.NodeProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The values that one edit makes, and what they are called in the end. Until then an edit speaks of
 * a value by the name that it was made with.
 */
final class ValueNames {
  private final FreshNames taken;
  private final Set<String> made = new HashSet<>();
  private final Map<String, String> renamed = new HashMap<>();

  /** {@code taken} are the names of the whole model, which graphs inside share. */
  ValueNames(FreshNames taken) {
    this.taken = taken;
  }

  FreshNames taken() {
    return taken;
  }

  void made(NodeProto node) {
    made.addAll(node.getOutputList());
  }

  boolean makes(String value) {
    return made.contains(value);
  }

  String of(String value) {
    return renamed.getOrDefault(value, value);
  }

  void take(String name) {
    if (name.isEmpty() || !taken.claim(name)) {
      throw ModelException.doing("naming a value")
          .expected("a name that is free")
          .found("'" + Printable.of(name) + "'")
          .fix("Choose another name, or leave it to be made up.");
    }
  }

  void rename(String value, String name) {
    if (!makes(value)) {
      throw new IllegalArgumentException("No node added here makes " + Printable.of(value));
    }
    take(name);
    renamed.put(value, name);
  }

  /** The node as it speaks of its values in the end; its own name follows that of an output. */
  NodeProto in(NodeProto node) {
    if (renamed.isEmpty()) {
      return node;
    }
    NodeProto.Builder out = GraphScope.renameCaptures(node, renamed).toBuilder();
    for (int i = 0; i < out.getInputCount(); i++) {
      out.setInput(i, of(out.getInput(i)));
    }
    for (int i = 0; i < out.getOutputCount(); i++) {
      String old = out.getOutput(i);
      out.setOutput(i, of(old));
      if (out.getName().equals(old)) {
        out.setName(of(old));
      }
    }
    return out.build();
  }
}

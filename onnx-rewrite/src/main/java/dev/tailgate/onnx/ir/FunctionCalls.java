package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.FunctionProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Bounds what the calls of functions grow to before anyone puts bodies in their place: sixty
 * functions that each call the one before twice are a file of 8 kB and 2^59 nodes. Each function is
 * counted once, so that this takes as long as the file is large.
 */
final class FunctionCalls {
  /** Real models stay far below. */
  static final long MOST_NODES = 2_000_000;

  /** Functions of exporters call others a few levels deep. */
  private static final int DEEPEST = 200;

  private static final String ADVICE =
      "The file is damaged or hostile; export the model without functions.";

  /** What a call names. */
  record Key(String domain, String name, String overload) {
    static Key of(FunctionProto function) {
      return new Key(
          OnnxNode.normalDomain(function.getDomain()), function.getName(), function.getOverload());
    }

    static Key of(NodeProto call) {
      return new Key(OnnxNode.normalDomain(call.getDomain()), call.getOpType(), call.getOverload());
    }
  }

  /** What nodes become: how many, and how many calls deep. */
  private record Grown(long nodes, int depth) {
    Grown and(Grown other) {
      return new Grown(Math.min(nodes + other.nodes, MOST_NODES + 1), Math.max(depth, other.depth));
    }
  }

  private static final Grown TOO_DEEP = new Grown(0, DEEPEST);

  private final Map<Key, FunctionProto> functions = new HashMap<>();
  private final Map<Key, Grown> sizes = new HashMap<>();
  private final Set<Key> active = new LinkedHashSet<>();
  private final String where;

  private FunctionCalls(ModelProto shell, String where) {
    this.where = where;
    shell.getFunctionsList().forEach(function -> functions.put(Key.of(function), function));
  }

  /**
   * Refuses functions that call themselves, directly or not, that are nested too deep, and that
   * make too many nodes.
   */
  static void bound(GraphProto graph, ModelProto shell, String where) {
    if (shell.getFunctionsCount() > 0) {
      FunctionCalls calls = new FunctionCalls(shell, where);
      calls.require(calls.grown(graph.getNodeList()).nodes());
      calls.functions.keySet().forEach(calls::size);
    }
  }

  private Grown grown(List<NodeProto> nodes) {
    Grown all = new Grown(0, 0);
    for (NodeProto node : nodes) {
      Key key = Key.of(node);
      all = all.and(functions.containsKey(key) ? size(key) : new Grown(1, 0));
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          all = all.and(grown(attribute.getG().getNodeList()));
        }
        for (GraphProto inner : attribute.getGraphsList()) {
          all = all.and(grown(inner.getNodeList()));
        }
      }
    }
    return all;
  }

  private Grown size(Key key) {
    Grown known = sizes.get(key);
    if (known != null) {
      return known;
    }
    if (!active.add(key)) {
      throw refusal("functions that do not call themselves", "a call inside itself", key);
    }
    Grown inside = active.size() > DEEPEST ? TOO_DEEP : grown(bodyOf(key));
    Grown size = new Grown(inside.nodes(), inside.depth() + 1);
    if (size.depth() > DEEPEST) {
      throw refusal("functions at most " + DEEPEST + " calls deep", "more", key);
    }
    active.remove(key);
    sizes.put(key, size);
    return size;
  }

  private List<NodeProto> bodyOf(Key key) {
    return Objects.requireNonNull(functions.get(key)).getNodeList();
  }

  private void require(long nodes) {
    if (nodes > MOST_NODES) {
      throw ModelException.doing("reading functions")
          .expected("at most " + MOST_NODES + " nodes when they stand in the place of their calls")
          .found("more")
          .where(where)
          .fix(ADVICE);
    }
  }

  private ModelException refusal(String expected, String found, Key key) {
    return ModelException.doing("reading functions")
        .expected(expected)
        .found(found)
        .where(where + ", function " + Printable.of(key.name()))
        .fix(ADVICE);
  }
}

package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.attention.MarkedNormaliser;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.NodeArchive;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;

/**
 * The replacement of some nodes of one graph by others that make the same values, recorded so that
 * it can be taken back: every node made here carries the number of the replacement, and the node
 * that makes the final values carries the nodes that were replaced.
 */
public final class SiteEdit {
  /** Metadata key: which replacement a node belongs to; numbers grow with every rewrite. */
  public static final String GROUP = MarkedNormaliser.GROUP;

  /** Metadata key: the nodes that a replacement took away. */
  public static final String REPLACED = "tailgate.replaced";

  private final RewriteScope scope;
  private final String archive;

  /** Begins to replace {@code nodes}, all of the same graph; they go at the commit. */
  SiteEdit(RewriteScope scope, int group, String source, List<OnnxNode> nodes) {
    this.scope = scope;
    this.archive = NodeArchive.write(nodes);
    scope.ops().about(source).tag(GROUP, Integer.toString(group));
    nodes.forEach(scope.ops().edit()::remove);
  }

  /** Adds nodes on behalf of this replacement. */
  public Ops ops() {
    return scope.ops();
  }

  /** The graph before the edit. */
  public OnnxGraph graph() {
    return scope.graph();
  }

  /** Element type of a value of the graph before the edit. */
  public ElementType type(String value) {
    return scope.type(value);
  }

  /** Number of dimensions of such a value, or -1 where it cannot be told. */
  public int rank(String value) {
    return scope.rank(value);
  }

  /**
   * Adds the node that makes the final values, under the names that the replaced nodes used: what
   * reads them need not change.
   */
  public void publish(NodeDraft last, List<String> outputs) {
    last.tagged(REPLACED, archive).addAs(outputs);
  }

  /** Adds the node that makes the final value. */
  public void publish(NodeDraft last, String output) {
    publish(last, List.of(output));
  }
}

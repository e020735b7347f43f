package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.attention.Ranks;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ElementTypes;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;

/** One graph under rewriting: its edit, and what rules ask about its values. */
public final class RewriteScope {
  /** The oldest opset with broadcasting as the rules rely on it. */
  public static final int OLDEST_OPSET = 7;

  private final OnnxModel model;
  private final Dataflow flow;
  private final Ranks ranks;
  private final ElementTypes types;
  private final Ops ops;
  private int group;

  private RewriteScope(OnnxModel model, String pass, int firstGroup) {
    this.model = model;
    this.flow = Dataflow.of(model.graph());
    this.ranks = Ranks.of(flow);
    this.types = ElementTypes.of(model.graph());
    this.ops = new Ops(model, model.edit(), pass, OLDEST_OPSET, "rewriting attention");
    this.group = firstGroup;
  }

  /**
   * Opens an edit of the main graph of {@code model}.
   *
   * @param firstGroup number of the first replacement, above all that the model carries already
   */
  public static RewriteScope open(OnnxModel model, String pass, int firstGroup) {
    return new RewriteScope(model, pass, firstGroup);
  }

  /** Begins a replacement of {@code nodes}; {@code source} names the site in the provenance. */
  public SiteEdit replacing(String source, List<OnnxNode> nodes) {
    return new SiteEdit(this, group++, source, nodes);
  }

  /** The model before the edit. */
  public OnnxModel model() {
    return model;
  }

  /** The graph before the edit. */
  public OnnxGraph graph() {
    return model.graph();
  }

  /** The data flow of that graph. */
  public Dataflow flow() {
    return flow;
  }

  /** Element type of a value of that graph. */
  public ElementType type(String value) {
    return types.of(value);
  }

  /** Number of dimensions of such a value, or -1 where it cannot be told. */
  public int rank(String value) {
    return ranks.of(value);
  }

  /** Number of the next replacement. */
  public int nextGroup() {
    return group;
  }

  Ops ops() {
    return ops;
  }

  /** Applies all replacements begun here. */
  public OnnxModel commit() {
    return ops.edit().commit();
  }
}

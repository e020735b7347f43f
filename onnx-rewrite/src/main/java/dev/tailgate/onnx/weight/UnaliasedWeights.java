package dev.tailgate.onnx.weight;

import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Map;

/**
 * Gives vectors that an exporter merged because they were equal an initialiser each again, since
 * training tells them apart: gains that are all 1, biases that are all 0.
 *
 * <p>PyTorch's TorchScript exporter keeps one initialiser and reads it through an {@code Identity}
 * that has the name of each other parameter; that name becomes an initialiser. Its newer exporter
 * lets all nodes read the one. There, uses are of one parameter where they belong to several
 * applications of one matrix, as in a model whose layers share their weights, and else apart: see
 * {@link VectorOwners}. Matrices stay as they are: equal ones are meant to be one.
 */
public final class UnaliasedWeights {
  private final OnnxModel model;
  private final OnnxGraph graph;
  private final GraphEdit edit;
  private boolean hasChanged;

  private UnaliasedWeights(OnnxModel model) {
    this.model = model;
    this.graph = model.graph();
    this.edit = model.edit();
  }

  /** {@code model} with one initialiser a vector; itself where it has that. */
  public static OnnxModel apply(OnnxModel model) {
    OnnxModel named = new UnaliasedWeights(model).withoutIdentities();
    return new UnaliasedWeights(named).apart();
  }

  private OnnxModel withoutIdentities() {
    Map<String, Weight> weights = Weights.of(graph);
    for (OnnxNode node : graph.nodes()) {
      Weight weight = weights.get(node.input(0));
      boolean isAlias =
          weight != null
              && weight.isVector()
              && node.is("Identity")
              && !graph.isOutput(node.output(0));
      if (weight != null && isAlias) {
        edit.remove(node).constantInPlaceOf(node.output(0), weight.constant());
        hasChanged = true;
      }
    }
    return hasChanged ? edit.commit() : model;
  }

  private OnnxModel apart() {
    VectorOwners owners = new VectorOwners(graph);
    for (Weight weight : Weights.of(graph).values()) {
      if (weight.isVector() && weight.uses().size() > 1 && isReadDirectly(weight)) {
        List<List<OnnxGraph.Use>> parameters = owners.parameters(weight.uses());
        for (List<OnnxGraph.Use> uses : parameters.subList(1, parameters.size())) {
          String own = edit.constant(weight.constant());
          uses.forEach(use -> edit.redirect(use, own));
          hasChanged = true;
        }
      }
    }
    return hasChanged ? edit.commit() : model;
  }

  private boolean isReadDirectly(Weight weight) {
    return weight.uses().stream()
        .allMatch(use -> use.node().input(use.inputIndex()).equals(weight.name()));
  }
}

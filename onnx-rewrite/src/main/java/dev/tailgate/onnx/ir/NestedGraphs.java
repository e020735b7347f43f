package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.FunctionProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the graphs inside a model out as models of their own and puts edited ones back. Functions
 * come with the operator sets they import.
 */
public final class NestedGraphs {
  private final OnnxModel model;
  private @Nullable Set<String> names;
  private final List<NestedGraph> found = new ArrayList<>();

  private NestedGraphs(OnnxModel model) {
    this.model = model;
  }

  /** Collected on the first use: most models have no graphs inside. */
  private Set<String> names() {
    if (names == null) {
      names = FreshNames.allOf(model);
    }
    return names;
  }

  /**
   * All graphs inside {@code model} but the main one. A graph comes after the graphs inside it, so
   * that putting edited graphs back in this order keeps the places of the rest valid.
   */
  public static List<NestedGraph> of(OnnxModel model) {
    NestedGraphs search = new NestedGraphs(model);
    search.within(model, new GraphPlace.Main());
    List<OnnxFunction> functions = model.functions();
    for (int i = 0; i < functions.size(); i++) {
      GraphPlace place = new GraphPlace.Function(i);
      OnnxModel view = search.functionView(i, functions.get(i));
      search.within(view, place);
      search.found.add(new NestedGraph(place, "function " + functions.get(i).name(), view));
    }
    return List.copyOf(search.found);
  }

  private void within(OnnxModel outer, GraphPlace place) {
    for (OnnxNode node : outer.graph().nodes()) {
      if (!node.hasSubgraphs()) {
        continue;
      }
      List<String> attributes = graphAttributes(node.proto());
      List<OnnxGraph> bodies = node.subgraphs();
      for (int i = 0; i < bodies.size(); i++) {
        GraphPlace inner = new GraphPlace.Subgraph(place, node.index(), i);
        OnnxModel view = subgraphView(outer, bodies.get(i));
        within(view, inner);
        String label = attributes.get(i) + " of " + node.opType() + " " + node.id();
        found.add(new NestedGraph(inner, label, view));
      }
    }
  }

  private static List<String> graphAttributes(NodeProto node) {
    List<String> attributes = new ArrayList<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        attributes.add(Printable.of(attribute.getName()));
      }
      for (int i = 0; i < attribute.getGraphsCount(); i++) {
        attributes.add(Printable.of(attribute.getName()) + "[" + i + "]");
      }
    }
    return attributes;
  }

  private OnnxModel subgraphView(OnnxModel outer, OnnxGraph body) {
    Map<String, ConstantTensor> constants = new LinkedHashMap<>(body.initializers());
    GraphProto.Builder graph = body.proto().toBuilder();
    Set<String> captured = GraphScope.free(body.proto());
    captured.removeAll(body.initializers().keySet());
    for (String name : captured) {
      Optional<ConstantTensor> constant = outer.graph().constant(name);
      if (constant.isPresent()) {
        constants.put(name, constant.get().named(name));
      } else {
        graph.addInput(
            outer
                .graph()
                .info(name)
                .orElse(new ValueInfo(name, ElementType.UNDEFINED, Optional.empty()))
                .toProto());
      }
    }
    OnnxGraph view = new OnnxGraph(graph.build(), constants.values(), model.graph().files());
    return new OnnxModel(outer.shell(), view, model.path(), names());
  }

  private OnnxModel functionView(int index, OnnxFunction function) {
    FunctionProto proto = model.shell().getFunctions(index);
    ModelProto.Builder shell = model.shell().toBuilder();
    if (proto.getOpsetImportCount() > 0) {
      shell.clearOpsetImport().addAllOpsetImport(proto.getOpsetImportList());
    }
    return new OnnxModel(shell.build(), function.body(), model.path(), names());
  }

  /** {@code model} with {@code edited}, a view of {@code place} after edits, put in that place. */
  public static OnnxModel replace(OnnxModel model, GraphPlace place, OnnxModel edited) {
    if (place instanceof GraphPlace.Function function) {
      return FunctionBody.replace(model, function.index(), edited);
    }
    if (!(place instanceof GraphPlace.Subgraph subgraph)) {
      return edited;
    }
    OnnxModel outer = view(model, subgraph.outer());
    GraphProto.Builder graph = outer.graph().proto().toBuilder();
    NodeProto node = graph.getNode(subgraph.node());
    graph.setNode(subgraph.node(), withGraph(node, subgraph.ordinal(), edited));
    OnnxModel changed =
        new OnnxModel(
            withImports(outer.shell(), edited.shell()),
            new OnnxGraph(
                graph.build(), outer.graph().initializers().values(), model.graph().files()),
            model.path(),
            outer.reserved());
    return replace(model, subgraph.outer(), changed);
  }

  /**
   * The graph at {@code place} as a model of its own; the model itself for the main graph.
   *
   * @throws IllegalArgumentException where nothing is in that place
   */
  public static OnnxModel view(OnnxModel model, GraphPlace place) {
    if (place instanceof GraphPlace.Main) {
      return model;
    }
    return of(model).stream()
        .filter(nested -> nested.place().equals(place))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No graph at " + place))
        .view();
  }

  private static NodeProto withGraph(NodeProto node, int ordinal, OnnxModel edited) {
    NodeProto.Builder out = node.toBuilder();
    int seen = 0;
    for (int a = 0; a < node.getAttributeCount(); a++) {
      AttributeProto attribute = node.getAttribute(a);
      if (attribute.hasG() && seen++ == ordinal) {
        out.setAttribute(a, attribute.toBuilder().setG(body(attribute.getG(), edited)));
      }
      for (int g = 0; g < attribute.getGraphsCount(); g++) {
        if (seen++ == ordinal) {
          GraphProto graph = body(attribute.getGraphs(g), edited);
          out.setAttribute(a, attribute.toBuilder().setGraphs(g, graph));
        }
      }
    }
    return out.build();
  }

  /** The edited graph without what the view added: captured values as inputs and constants. */
  private static GraphProto body(GraphProto original, OnnxModel edited) {
    Set<String> captured = GraphScope.free(original);
    GraphProto.Builder out = edited.graph().proto().toBuilder();
    for (int i = out.getInputCount() - 1; i >= 0; i--) {
      if (captured.contains(out.getInput(i).getName())) {
        out.removeInput(i);
      }
    }
    Set<String> kept = new HashSet<>();
    original.getInitializerList().stream()
        .filter(tensor -> edited.graph().initializers().containsKey(tensor.getName()))
        .forEach(
            tensor -> {
              out.addInitializer(tensor);
              kept.add(tensor.getName());
            });
    edited.graph().initializers().values().stream()
        .filter(c -> !kept.contains(c.name()) && !captured.contains(c.name()))
        .forEach(c -> out.addInitializer(SessionBytes.inline(c)));
    return out.build();
  }

  static ModelProto withImports(ModelProto shell, ModelProto edited) {
    ModelProto.Builder out = shell.toBuilder();
    edited.getOpsetImportList().stream()
        .filter(
            added ->
                shell.getOpsetImportList().stream()
                    .noneMatch(
                        known ->
                            OnnxNode.normalDomain(known.getDomain())
                                .equals(OnnxNode.normalDomain(added.getDomain()))))
        .forEach(out::addOpsetImport);
    return out.build();
  }
}

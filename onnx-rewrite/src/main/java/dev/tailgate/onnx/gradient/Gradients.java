package dev.tailgate.onnx.gradient;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.gradient.adjoint.KnownShapes;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ElementTypes;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reverse-mode differentiation as a pass: the same model, which also computes the gradient of one
 * of its scalars with respect to any of its values.
 *
 * <p>Nodes between the values asked for and the scalar are gone through from the last to the first.
 * Each is handed the gradients of its outputs and gives its inputs what its rule in {@link
 * GradientTable} says; what reaches a value by several ways is added up. A node without a rule on
 * such a way is refused, never passed over. Functions, branches and fused attentions are to be
 * written out before, and the opset is {@link Adjoint#OPSET} at least.
 *
 * <p>Element types are those of the forward pass; all arithmetic is in them. NaN and infinities
 * pass through as the runtime computes them.
 */
public final class Gradients {
  private final OnnxGraph graph;
  private final GraphBuilder builder;
  private final KnownShapes shapes;
  private final Map<String, GradientRule> instead;
  private final Set<String> active;
  private final Map<String, List<Value>> parts = new HashMap<>();

  private Gradients(
      OnnxModel model,
      Collection<String> of,
      KnownShapes shapes,
      Map<String, GradientRule> instead) {
    this.graph = model.graph();
    this.builder = GraphBuilder.on(model);
    this.shapes = shapes;
    this.instead = instead;
    this.active = active(of);
  }

  /**
   * The gradients of {@code scalar} with respect to some values.
   *
   * @param scalar a float value of one element
   * @param of initialisers, inputs or values of nodes of the main graph, of a float type
   * @param shapes what is known of shapes
   * @throws ModelException where a value is not there or not float, where the scalar does not
   *     depend on it, and at an operator without a rule
   */
  public static Differentiated of(
      OnnxModel model, String scalar, Collection<String> of, KnownShapes shapes) {
    return of(model, scalar, of, shapes, Map.of());
  }

  /**
   * The same with other rules than those of {@link GradientTable} for some operators.
   *
   * @param instead rules by name of a standard operator
   */
  public static Differentiated of(
      OnnxModel model,
      String scalar,
      Collection<String> of,
      KnownShapes shapes,
      Map<String, GradientRule> instead) {
    requireOpset(model);
    ElementTypes types = ElementTypes.of(model.graph());
    requireFloat(types, scalar);
    of.forEach(value -> requireFloat(types, value));
    return new Gradients(model, of, shapes, instead).run(scalar, new LinkedHashSet<>(of));
  }

  /**
   * The values, initialisers among them, that {@code scalar} depends on by ways that carry a
   * gradient, operators without a rule included.
   */
  public static Set<String> behind(OnnxModel model, String scalar) {
    Set<String> reached = new LinkedHashSet<>(Set.of(scalar));
    List<OnnxNode> nodes = model.graph().nodes();
    ElementTypes types = ElementTypes.of(model.graph());
    for (int i = nodes.size() - 1; i >= 0; i--) {
      OnnxNode node = nodes.get(i);
      if (node.outputs().stream().anyMatch(reached::contains) && !GradientTable.isZero(node)) {
        node.inputs().stream()
            .filter(input -> types.isFloat(input) || isCodes(model.graph(), input))
            .forEach(reached::add);
      }
    }
    return reached;
  }

  private static boolean isCodes(OnnxGraph graph, String value) {
    return graph.producer(value).filter(Gradients::quantizes).isPresent();
  }

  private static boolean quantizes(OnnxNode node) {
    return node.is("QuantizeLinear") || node.is("DynamicQuantizeLinear");
  }

  private Differentiated run(String scalar, Set<String> of) {
    Value root = builder.value(scalar);
    ConstantTensor one = ConstantTensor.ofReals("", root.type(), List.of(1L), 1);
    add(
        scalar,
        builder.node("ConstantOfShape", root.shape()).with("value", one).value().of(root.type()));
    List<OnnxNode> nodes = graph.nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      backward(nodes.get(i));
    }
    Map<String, String> gradients = new LinkedHashMap<>();
    for (String value : of) {
      Value gradient =
          total(value)
              .orElseThrow(
                  () ->
                      ModelException.doing("differentiating the model")
                          .expected("a way from " + value + " to " + scalar)
                          .found("none")
                          .fix("Leave it out of what is trained: its gradient is zero."));
      gradients.put(value, gradient.name());
    }
    return new Differentiated(builder.model(), gradients);
  }

  private void backward(OnnxNode node) {
    List<Optional<Value>> upstream = new ArrayList<>();
    for (String output : node.outputs()) {
      upstream.add(active.contains(output) ? total(output) : Optional.empty());
    }
    if (upstream.stream().allMatch(Optional::isEmpty)) {
      return;
    }
    rule(node).backward(new Adjoint(builder, node, upstream, active::contains, shapes, this::add));
  }

  private GradientRule rule(OnnxNode node) {
    return replaced(node)
        .or(() -> GradientTable.entry(node).flatMap(GradientTable.Entry::rule))
        .orElseThrow(
            () ->
                new Adjoint(builder, node, List.of(), active::contains, shapes, this::add)
                    .refusal("it has no rule"));
  }

  private Optional<GradientRule> replaced(OnnxNode node) {
    return Optional.ofNullable(instead.get(node.opType())).filter(r -> node.domain().isEmpty());
  }

  private void add(String value, Value gradient) {
    parts.computeIfAbsent(value, key -> new ArrayList<>()).add(gradient);
  }

  /** The sum of what has reached {@code value}; nothing reaches it any more. */
  private Optional<Value> total(String value) {
    List<Value> all = parts.getOrDefault(value, List.of());
    Optional<Value> sum = all.stream().reduce(Value::plus);
    sum.ifPresent(total -> parts.put(value, List.of(total)));
    return sum;
  }

  /**
   * The values that depend on {@code of} by operators that are not constant around their inputs.
   */
  private Set<String> active(Collection<String> of) {
    Set<String> active = new LinkedHashSet<>(of);
    ElementTypes types = ElementTypes.of(graph);
    for (OnnxNode node : graph.nodes()) {
      boolean depends = node.inputs().stream().anyMatch(active::contains) || captures(node, active);
      boolean isZero = replaced(node).isEmpty() && GradientTable.isZero(node);
      if (depends && !isZero) {
        boolean areCodes = makesCodes(node, types, active);
        node.outputs().stream()
            .filter(output -> !output.isEmpty())
            .filter(output -> areCodes || mayBeFloat(types, output))
            .forEach(active::add);
      }
    }
    return active;
  }

  private static boolean mayBeFloat(ElementTypes types, String value) {
    return types.isFloat(value) || types.of(value) == ElementType.UNDEFINED;
  }

  /**
   * Whether a node makes integers that stand for reals, or reads such: gradients pass them by the
   * straight-through estimator or are refused, but do not end there.
   */
  private static boolean makesCodes(OnnxNode node, ElementTypes types, Set<String> active) {
    return quantizes(node)
        || node.inputs().stream()
            .anyMatch(input -> active.contains(input) && !mayBeFloat(types, input));
  }

  private boolean captures(OnnxNode node, Set<String> active) {
    return node.hasSubgraphs()
        && active.stream()
            .anyMatch(
                value ->
                    graph.uses(value).stream()
                        .anyMatch(use -> use.inputIndex() < 0 && use.node() == node));
  }

  private static void requireOpset(OnnxModel model) {
    if (model.opset() < Adjoint.OPSET) {
      throw ModelException.doing("differentiating the model")
          .expected("opset " + Adjoint.OPSET + " or later")
          .found("opset " + model.opset())
          .fix("Raise the opset of the model first.");
    }
  }

  private static void requireFloat(ElementTypes types, String value) {
    if (!types.isFloat(value)) {
      throw ModelException.doing("differentiating the model")
          .expected("a float value " + value)
          .found(types.of(value).label())
          .fix("Only floats have gradients; integer weights stay as they are.");
    }
  }
}

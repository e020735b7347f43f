package dev.tailgate.onnx.remedy.scale;

import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.layer.Layers;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.layer.NormLayer;
import dev.tailgate.onnx.layer.Parameter;
import java.util.Optional;
import java.util.Set;

/**
 * Looks from an activation backwards for weights that can take a division of its channels, through
 * what commutes with it. For {@code s > 0}:
 *
 * <pre>
 *   relu(x / s) = relu(x) / s,  also LeakyRelu and PRelu of any slope
 *   (u * g) / s = (u / s) * g                     one factor of a gated feed-forward
 *   (P V) / s = P (V / s)                         channel by channel, whatever the probabilities
 * </pre>
 *
 * Every value on the way must be read on this way only.
 */
final class FoldSearch {
  private static final int DEPTH = 12;

  /** Positively homogeneous functions of their first input. */
  private static final Set<String> HOMOGENEOUS = Set.of("Relu", "LeakyRelu", "PRelu");

  private final Layers layers;
  private final Passage passage;
  private final ContextLayout contexts;
  private final int width;

  FoldSearch(Layers layers, Passage passage, ContextLayout contexts, int width) {
    this.layers = layers;
    this.passage = passage;
    this.contexts = contexts;
    this.width = width;
  }

  /** From {@code value}, whose readers are known to be the layers to be scaled. */
  Fold from(String value) {
    return at(value, Optional.empty(), DEPTH);
  }

  /**
   * @param lastAxis the width, where the steps so far need it to be the size of the last axis:
   *     broadcasting aligns shapes, not the order of elements
   */
  private Fold at(String value, Optional<Integer> lastAxis, int depth) {
    Optional<String> source = passage.soleSource(value, lastAxis);
    if (source.isEmpty() || depth == 0) {
      return new Fold.Nowhere("something else reads it on its way");
    }
    Optional<NormLayer> norm = layers.normMaking(source.get());
    if (norm.isPresent()) {
      return intoNorm(norm.get());
    }
    Optional<LinearLayer> linear = layers.making(source.get());
    if (linear.isPresent()) {
      return linear.get().out() == width
          ? new Fold.IntoLinear(linear.get())
          : new Fold.Nowhere(
              linear.get().id() + " makes " + linear.get().out() + " channels, not " + width);
    }
    Optional<OnnxNode> maker = layers.flow().graph().producer(source.get());
    return maker.isPresent()
        ? through(maker.get(), lastAxis, depth)
        : new Fold.Nowhere("no layer of the model makes it");
  }

  private Fold intoNorm(NormLayer norm) {
    boolean whole =
        norm.gain().filter(this::fits).isPresent() && norm.shift().map(this::fits).orElse(true);
    return whole
        ? new Fold.IntoNorm(norm)
        : new Fold.Nowhere("the norm that makes it has no gain of its width");
  }

  private boolean fits(Parameter parameter) {
    return layers
        .flow()
        .graph()
        .constant(parameter.constant())
        .filter(c -> c.elementCount() == width)
        .isPresent();
  }

  private Fold through(OnnxNode node, Optional<Integer> lastAxis, int depth) {
    boolean homogeneous = node.domain().isEmpty() && HOMOGENEOUS.contains(node.opType());
    if (homogeneous && passage.isSole(node.input(0))) {
      // A slope for each channel is broadcast along the last axis.
      Optional<Integer> needed = node.is("PRelu") ? Optional.of(width) : lastAxis;
      return at(node.input(0), needed, depth - 1);
    }
    if (node.is("Mul")) {
      return throughProduct(node, depth);
    }
    Optional<String> values = lastAxis.isEmpty() ? contexts.values(node) : Optional.empty();
    if (values.isPresent()) {
      Fold fold = at(values.get(), Optional.empty(), depth - 1);
      // A norm of the values would have to be per head.
      return fold instanceof Fold.IntoNorm
          ? new Fold.Nowhere("a norm makes the values it is a mean of")
          : fold;
    }
    return new Fold.Nowhere(Obstacles.between(layers.flow(), node));
  }

  /** One factor takes the whole division. */
  private Fold throughProduct(OnnxNode node, int depth) {
    for (int i = 1; i >= 0; i--) {
      String factor = node.input(i);
      if (!layers.flow().isConstant(factor) && passage.isSole(factor)) {
        Fold fold = at(factor, Optional.of(width), depth - 1);
        if (!(fold instanceof Fold.Nowhere)) {
          return fold;
        }
      }
    }
    return new Fold.Nowhere(Obstacles.between(layers.flow(), node));
  }
}

package dev.tailgate.onnx.gradient.adjoint;

/**
 * How the gradient of a scalar passes one operator, from its outputs to its inputs. Implementations
 * are final, without fields that change, and say in their Javadoc how the rule is derived.
 */
@FunctionalInterface
public interface GradientRule {
  /**
   * Adds nodes that compute what this node contributes to the gradients of its inputs, and {@link
   * Adjoint#give gives} a contribution for each input that {@link Adjoint#wants is wanted}.
   *
   * @throws dev.tailgate.onnx.ir.ModelException where this form of the operator is not
   *     differentiated, made by {@link Adjoint#refusal}
   */
  void backward(Adjoint node);
}

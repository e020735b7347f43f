package dev.tailgate.result;

/**
 * How much of a model's weights a scheme reached.
 *
 * <p>Counted are the elements of float initialisers of the main graph with two or more dimensions:
 * matrices, convolution kernels and embedding tables. Biases and gains stay in float by every
 * scheme and say nothing about a layer that was passed over.
 *
 * @param weightElements elements of all of them
 * @param quantizedElements elements of those that are quantized
 */
public record WeightCoverage(long weightElements, long quantizedElements) {
  /** Refuses more quantized elements than there are. */
  public WeightCoverage {
    Require.notNegative("coverage.weight_elements", weightElements);
    Require.notNegative("coverage.quantized_elements", quantizedElements);
    if (quantizedElements > weightElements) {
      throw new IllegalArgumentException(
          "coverage.quantized_elements is "
              + quantizedElements
              + ", expected at most weight_elements, "
              + weightElements);
    }
  }

  /** The quantized fraction, from 0 to 1; NaN for a model without such weights. */
  public double share() {
    return weightElements == 0 ? Double.NaN : (double) quantizedElements / weightElements;
  }
}

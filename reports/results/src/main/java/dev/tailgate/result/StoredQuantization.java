package dev.tailgate.result;

import java.util.List;

/**
 * How a model file is quantized already, before anything is simulated.
 *
 * @param schemes a line for each way in which products are quantized, at least one
 * @param complete whether every product with weights is quantized
 * @param products every matrix product and convolution, in graph order
 */
public record StoredQuantization(List<String> schemes, boolean complete, List<Product> products) {
  /** Copies the lists, and refuses what cannot be. */
  public StoredQuantization {
    schemes = List.copyOf(schemes);
    products = List.copyOf(products);
    if (schemes.isEmpty()) {
      throw new IllegalArgumentException("A quantized model has a scheme at least");
    }
  }

  /**
   * How one product computes.
   *
   * @param node its name in the user's file
   * @param place the branch, loop or function it lies in; empty in the main graph
   * @param kind {@code float}, {@code weights only}, {@code static} or {@code dynamic}
   * @param weights what its weights are stored in; empty where both factors are activations
   * @param activations what the other factor is rounded to
   */
  public record Product(
      String node, String operator, String place, String kind, String weights, String activations) {
    /** Refuses what cannot be. */
    public Product {
      Require.text("quantization.product.operator", operator);
      Require.text("quantization.product.kind", kind);
    }
  }

  /** All schemes in one line. */
  public String inWords() {
    return String.join("; ", schemes);
  }
}

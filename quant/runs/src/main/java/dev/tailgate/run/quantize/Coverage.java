package dev.tailgate.run.quantize;

import dev.tailgate.result.QuantizeReport;
import java.util.List;

/**
 * What the runtime really runs for each product of a quantized model.
 *
 * @param products in graph order
 */
public record Coverage(List<Product> products) {
  /** Copies the list. */
  public Coverage {
    products = List.copyOf(products);
  }

  /** How a product is computed. */
  public enum Outcome {
    /** By an integer kernel, as planned. */
    INTEGER(QuantizeReport.Product.INTEGER_KERNEL),
    /** By a kernel that reads narrow weights and rounds activations itself. */
    NARROW_WEIGHTS("narrow weights"),
    /** In float, as planned. */
    FLOAT("float"),
    /** In float although its inputs are quantized. */
    FELL_BACK("fell back");

    private final String label;

    Outcome(String label) {
      this.label = label;
    }

    /** The words in reports. */
    public String label() {
      return label;
    }
  }

  /**
   * One product.
   *
   * @param node its name in the user's file
   * @param operator its operator there
   * @param kernel what ran, empty where it was merged into another kernel
   * @param reason why it is not an integer kernel; empty where it is
   */
  public record Product(
      String node, String operator, int layer, String kernel, Outcome outcome, String reason) {}

  /** How many products have {@code outcome}. */
  public long count(Outcome outcome) {
    return products.stream().filter(p -> p.outcome() == outcome).count();
  }
}

package dev.tailgate.onnx.quantized;

/**
 * How one product of a model computes.
 *
 * @param node its name in the user's file
 * @param operator its operator there
 * @param place the branch, loop or function it lies in; empty in the main graph
 * @param weighted whether one factor is a constant
 * @param kind which of its factors are quantized, and when their ranges are found
 * @param weights what the constant factor is stored in, in words; {@code float} where it is not
 *     quantized, empty where both factors are activations
 * @param activations what the other factor is rounded to, likewise
 */
public record ProductForm(
    String node,
    String operator,
    String place,
    boolean weighted,
    Kind kind,
    String weights,
    String activations) {

  /** Which factors are quantized. */
  public enum Kind {
    /** None, or an activation alone, which no integer kernel takes. */
    FLOAT("float"),
    /** The constant one; the other is float. */
    WEIGHTS("weights only"),
    /** Both, on grids that the file fixes. */
    STATIC("static"),
    /** Both, the activation on a grid that each run finds. */
    DYNAMIC("dynamic");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** The word in reports. */
    public String label() {
      return label;
    }
  }

  /** Whether it computes on integers or narrow floats. */
  public boolean isQuantized() {
    return kind != Kind.FLOAT;
  }
}

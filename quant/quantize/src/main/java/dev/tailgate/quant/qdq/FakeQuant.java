package dev.tailgate.quant.qdq;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import dev.tailgate.quant.scheme.TensorScheme;

/**
 * Emits nodes that round a value to a grid and give its real values back. Formats and layouts that
 * the operators {@code QuantizeLinear} and {@code DequantizeLinear} have are left to them; the rest
 * is computed in float32, with the same roundings.
 */
public final class FakeQuant {
  private final Ops ops;
  private final QdqNodes operators;
  private final GridNodes grids;

  /** For nodes in the edit of {@code ops}. */
  public FakeQuant(OnnxModel model, Ops ops) {
    this.ops = ops;
    this.operators = new QdqNodes(model, ops);
    this.grids = new GridNodes(ops);
  }

  /**
   * The rounded {@code x}, in the type of {@code x}.
   *
   * @param type element type of {@code x}; computed in float32
   * @param rank number of its dimensions
   */
  public String apply(String x, ElementType type, int rank, Quantizer quantizer) {
    String wide = type == ElementType.FLOAT ? x : ops.cast(x, ElementType.FLOAT);
    String rounded = rounded(wide, rank, quantizer);
    return type == ElementType.FLOAT ? rounded : ops.cast(rounded, type);
  }

  private String rounded(String x, int rank, Quantizer quantizer) {
    if (quantizer instanceof Quantizer.Fixed fixed) {
      return fixed(x, rank, fixed.params());
    }
    if (quantizer instanceof Quantizer.PerToken perToken) {
      return grids.perToken(x, perToken.scheme());
    }
    TensorScheme scheme = ((Quantizer.Dynamic) quantizer).scheme();
    return operators.quantizesDynamically(scheme)
        ? operators.dynamicPair(x)
        : grids.perTensor(x, rank, scheme);
  }

  /**
   * The same without the operators, where one of them in front of a product would be taken for what
   * an integer kernel can read: it has one scale for a whole operand.
   */
  public String arithmetic(String x, ElementType type, int rank, QuantParams params) {
    String wide = type == ElementType.FLOAT ? x : ops.cast(x, ElementType.FLOAT);
    String rounded = grids.fixed(wide, rank, params);
    return type == ElementType.FLOAT ? rounded : ops.cast(rounded, type);
  }

  private String fixed(String x, int rank, QuantParams params) {
    boolean blocks = params.layout() instanceof ScaleLayout.Blocks;
    if (!blocks && operators.supports(params)) {
      return operators.pair(x, params);
    }
    return grids.fixed(x, rank, params);
  }

  /**
   * {@code x} rounded to the grid of a range that is a value of the graph.
   *
   * @param low lower end, float32, shape {@code [1]}
   * @param high upper end, likewise
   */
  public String within(String x, ElementType type, String low, String high, TensorScheme scheme) {
    String wide = type == ElementType.FLOAT ? x : ops.cast(x, ElementType.FLOAT);
    boolean bytes = scheme.format().hasOperators() && scheme.format().bits() == 8;
    String rounded =
        bytes ? operatorsWithin(wide, low, high, scheme) : grids.between(wide, low, high, scheme);
    return type == ElementType.FLOAT ? rounded : ops.cast(rounded, type);
  }

  private String operatorsWithin(String x, String low, String high, TensorScheme scheme) {
    GridNodes.Computed grid = grids.grid(low, high, scheme);
    String zero = grid.zeroPoint().orElseGet(() -> ops.op("Mul", grid.scale(), ops.scalar(0)));
    return operators.pair(
        x,
        ops.node("Squeeze", grid.scale()).add(),
        ops.node("Squeeze", ops.cast(zero, scheme.format().storage().type())).add());
  }
}

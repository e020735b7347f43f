package dev.tailgate.quant.deploy;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.qdq.QuantizedInputs;
import dev.tailgate.quant.scheme.IntegerFormat;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.weights.WeightCodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Which int8 weights can overflow where a processor has no dot-product instruction (x86 with AVX2
 * or AVX-512 but without VNNI): {@code VPMADDUBSW} multiplies two pairs of an unsigned activation
 * and a signed weight and adds the products with saturation to 16 bits.
 *
 * <p>That two consecutive elements along the summed axis make a pair is a model of the kernel and
 * has not been traced in one; another pairing changes which pairs are unsafe, and hardly how many.
 * A weight within {@code [-64, 63]} (reduced range) is safe under any.
 */
public final class SaturationAudit {
  private static final int BYTE = 8;
  private static final NumberFormat INT8 = new IntegerFormat(BYTE, true);
  private static final int LARGEST_CODE = 255;

  private SaturationAudit() {}

  /**
   * Audits the weights of {@code quantizers} that matrix products read with 8-bit activations, in
   * their order. Signed activations count as well: kernels shift them to unsigned codes.
   *
   * @param upperCode the largest code of an activation that calibration saw, of {@code 0..255}
   *     after such a shift, by tensor
   */
  public static List<SaturationReport> of(
      OnnxModel model,
      Map<QuantPoint, Quantizer> quantizers,
      Function<String, OptionalInt> upperCode) {
    QuantizedInputs inputs = new QuantizedInputs(model.graph(), quantizers);
    List<SaturationReport> reports = new ArrayList<>();
    quantizers.forEach(
        (point, quantizer) -> {
          if (point instanceof QuantPoint.Weight weight
              && quantizer instanceof Quantizer.Fixed fixed
              && fixed.params().format().equals(INT8)
              && weight.axes().sum().isPresent()) {
            List<String> operands =
                ProductReaders.operands(model.graph(), inputs, weight).stream()
                    .filter(operand -> isByte(operand.quantizer().format()))
                    .map(operand -> operand.point().tensor())
                    .toList();
            if (!operands.isEmpty()) {
              ConstantTensor tensor = model.graph().constant(weight.tensor()).orElseThrow();
              int axis = weight.axes().sum().getAsInt();
              reports.add(scan(tensor, fixed.params(), axis, largest(operands, upperCode)));
            }
          }
        });
    return reports;
  }

  private static boolean isByte(NumberFormat format) {
    return format.isUniform() && format.bits() == BYTE;
  }

  /** The largest of the codes, where all are known. */
  private static OptionalInt largest(
      List<String> operands, Function<String, OptionalInt> upperCode) {
    int largest = 0;
    for (String operand : operands) {
      OptionalInt code = upperCode.apply(operand);
      if (code.isEmpty()) {
        return OptionalInt.empty();
      }
      largest = Math.max(largest, code.getAsInt());
    }
    return OptionalInt.of(largest);
  }

  /**
   * Audits one weight, in memory for one row of it.
   *
   * @param axis the one that products are summed over
   * @throws IllegalArgumentException for numbers other than int8, an axis the weight does not have,
   *     and a code beyond 255
   */
  public static SaturationReport scan(
      ConstantTensor weight, QuantParams params, int axis, OptionalInt upperCode) {
    List<Long> dims = weight.dims();
    int upper = upperCode.orElse(LARGEST_CODE);
    if (!params.format().equals(INT8)
        || axis < 0
        || axis >= dims.size()
        || upper < 0
        || upper > LARGEST_CODE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Auditing %s in %s along axis %d with codes up to %d",
              weight,
              params.format().label(),
              axis,
              upper));
    }
    long length = dims.get(axis);
    long inner = dims.subList(axis + 1, dims.size()).stream().reduce(1L, (a, b) -> a * b);
    long outputs = length == 0 ? 0 : weight.elementCount() / length;
    Optional<SaturationReport.Unsafe> calibrated =
        upperCode.isPresent()
            ? Optional.of(unsafe(weight, params, new PairScan(length, inner, upper)))
            : Optional.empty();
    return new SaturationReport(
        weight.name(),
        outputs * ((length + 1) / 2),
        outputs,
        unsafe(weight, params, new PairScan(length, inner, LARGEST_CODE)),
        calibrated);
  }

  private static SaturationReport.Unsafe unsafe(
      ConstantTensor weight, QuantParams params, PairScan scan) {
    try {
      WeightCodes.write(weight, params, scan);
    } catch (IOException e) {
      throw new UncheckedIOException("Reading " + weight, e);
    }
    return scan.unsafe();
  }
}

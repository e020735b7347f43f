package dev.tailgate.quant.plan;

import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.quant.placement.PointFilter;
import dev.tailgate.result.QuantizationInfo;
import dev.tailgate.result.wording.Reasons;
import java.util.List;

/**
 * Refuses a quantization that reaches nothing, with the cause: what is in the model, and why each
 * of its products stays float. Advice that would not help is not given.
 */
public final class SomethingQuantized {
  private SomethingQuantized() {}

  /**
   * Requires that {@code calibrated} rounds a factor of a product, or anything where there are no
   * products.
   *
   * @throws ModelException where it does not
   */
  public static void require(Calibrated calibrated) {
    if (!calibrated.isIdle()) {
      return;
    }
    QuantizationInfo.Products products = calibrated.products();
    List<String> reasons =
        QuantizationRecords.info(calibrated).keptFloat().stream()
            .map(QuantizationInfo.KeptFloat::reason)
            .toList();
    throw ModelException.doing("quantizing the model")
        .expected("a matrix product or another weighted operator to quantize")
        .found(
            products.all() == 0
                ? "none in the model"
                : "none of " + products.all() + " that can be: " + Reasons.inWords(reasons))
        .fix(advice(calibrated, products, reasons));
  }

  private static String advice(
      Calibrated calibrated, QuantizationInfo.Products products, List<String> reasons) {
    if (products.all() == 0) {
      return "'tailgate inspect' lists what is in the model.";
    }
    if (reasons.stream().anyMatch(reason -> reason.endsWith("does not take"))) {
      return "Give --data that takes the branch.";
    }
    if (reasons.stream().anyMatch(reason -> reason.startsWith("inside "))) {
      return "Bodies of Loop and Scan run once for each step, with ranges of their own, and are left"
          + " in float: export the model with the loop outside, or unrolled.";
    }
    PointFilter filter = calibrated.plan().settings().selection().filter();
    if (!filter.equals(PointFilter.NONE)) {
      return "Widen --include, or leave --exclude out.";
    }
    return "'tailgate inspect' lists what is in the model; another --placement or --scheme may reach"
        + " more of it.";
  }
}

package dev.tailgate.quant.scheme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.stats.Range;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GridRuleTest {
  private static GridRule.Grid grid(String scheme, double min, double max) {
    return GridRule.grid(TensorScheme.parse(scheme), new Range(min, max));
  }

  /**
   * The first three are vectors of ONNX Runtime's {@code test_quant_util.py}; the others follow
   * from its formula with the ends -128 and 127, and those of 4 bits, where its own leave one code
   * out.
   */
  @ParameterizedTest
  @CsvSource({
    "uint8:asym, -1, 2, 85, 3, 255",
    "uint8:sym, -1, 2, 128, 4, 255",
    "int8:sym, -1, 2, 0, 2, 127",
    "int8:asym, -1, 2, -43, 3, 255",
    "int4:asym, -1, 2, -3, 3, 15",
    "uint4:asym, -1, 2, 5, 3, 15",
    "int8:sym, 0, 0, 0, 127, 127",
    "uint8:sym, 0, 0, 0, 255, 255",
    "uint8:sym, 1, 2, 0, 2, 255",
    "fp8-e4m3, -1, 2, 0, 2, 448",
    "int2:sym, -1, 2, 0, 2, 1"
  })
  void gridsAreThoseOfTheFormula(
      String scheme, double min, double max, int zeroPoint, double width, double steps) {
    GridRule.Grid grid = grid(scheme, min, max);
    assertThat(grid.zeroPoint()).isEqualTo(zeroPoint);
    assertThat(grid.scale()).isEqualTo((float) (width / steps));
  }

  @Property(seed = "1")
  void theMiddleOfASymmetricUnsignedGridDoesNotDependOnTheRange(
      @ForAll @IntRange(min = 2, max = 16) int bits,
      @ForAll @FloatRange(min = -1000, max = -0.01f) float min,
      @ForAll @FloatRange(min = 0, max = 1000) float max) {
    GridRule.Grid grid = grid("uint" + bits + ":sym", min, max);
    assertThat(grid.zeroPoint()).isEqualTo((int) Math.pow(2, bits - 1));
  }

  @Property(seed = "2")
  void bothEndsAreWithinOneStepOfTheGrid(
      @ForAll @IntRange(min = 2, max = 16) int bits,
      @ForAll boolean signed,
      @ForAll boolean symmetric,
      @ForAll @FloatRange(min = -1000, max = 0) float min,
      @ForAll @FloatRange(min = 0, max = 1000) float max) {
    String format = (signed ? "int" : "uint") + bits + (symmetric ? ":sym" : ":asym");
    QuantParams grid = grid(format, min, max).perTensor();
    // Half a step for the rounding of the zero point, and float32 roundings in 16 bits.
    double slack = 0.5 * grid.scale(0) + 1e-6 * Math.max(-min, max);
    assertThat(grid.min()).isLessThanOrEqualTo(min + slack);
    assertThat(grid.max()).isGreaterThanOrEqualTo(max - slack);
  }

  @Test
  void theSmallestRangesHaveScalesThatNoDeviceTakesForZero() {
    for (String scheme : new String[] {"int8:sym", "uint8:sym", "uint8:asym", "fp8-e4m3"}) {
      assertThat(grid(scheme, -Float.MIN_VALUE, Float.MIN_VALUE).scale())
          .isGreaterThanOrEqualTo(Float.MIN_NORMAL);
    }
  }

  @Test
  void theLargestFloatsHaveAGrid() {
    for (String scheme : new String[] {"int2:sym", "uint2:sym", "uint2:asym", "fp8-e4m3"}) {
      assertThat(grid(scheme, -Float.MAX_VALUE, Float.MAX_VALUE).scale()).isFinite();
    }
  }
}

package dev.tailgate.quant.scheme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.ir.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bit for bit against ml_dtypes, in formats of the table and in others. */
class MinifloatTest {
  private static final OnnxStorage NONE = new OnnxStorage(ElementType.UNDEFINED, 0, false);

  static List<Minifloat> formats() {
    List<Minifloat> formats = new java.util.ArrayList<>(Minifloat.ALL);
    formats.add(new Minifloat(3, 2, Minifloat.Specials.NONE, NONE));
    formats.add(new Minifloat(2, 3, Minifloat.Specials.NONE, NONE));
    assertThat(formats).hasSameSizeAs(MinifloatVectors.all().entrySet());
    return formats;
  }

  @ParameterizedTest
  @MethodSource("formats")
  void codesStandForTheNumbersOfMlDtypes(Minifloat format) {
    List<Double> numbers = MinifloatVectors.of(format.label()).numbers();
    assertThat(numbers).hasSize(1 << format.bits());
    for (int code = 0; code < numbers.size(); code++) {
      assertThat(format.value(code)).as("code %x", code).isEqualTo(numbers.get(code));
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void everyNumberIsItsOwnRoundingAndItsOwnCode(Minifloat format) {
    List<Double> numbers = MinifloatVectors.of(format.label()).numbers();
    for (int code = 0; code < numbers.size(); code++) {
      double number = numbers.get(code);
      if (Double.isFinite(number)) {
        assertThat(format.round(number, 0)).isEqualTo(number);
        assertThat(format.code((float) number, 0)).isEqualTo(code);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void valuesGetTheCodesOfMlDtypesAndSaturate(Minifloat format) {
    for (MinifloatVectors.Cast cast : MinifloatVectors.of(format.label()).casts()) {
      String value = String.format(Locale.ROOT, "%s in %s", cast.value(), format.label());
      assertThat(format.code(cast.value(), 0)).as(value).isEqualTo(cast.saturated());
      double expected = Float.isNaN(cast.value()) ? Double.NaN : format.value(cast.saturated());
      // Compared as objects, which tells -0 from 0.
      assertThat(format.round(cast.value(), 0)).as(value).isEqualTo(Double.valueOf(expected));
      // Only what ml_dtypes has no number for may differ.
      assertThat(cast.saturated() == cast.code() || !Double.isFinite(format.value(cast.code())))
          .as(value)
          .isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void numbersAreAscendingAndThoseOfAllCodes(Minifloat format) {
    double[] expected =
        MinifloatVectors.of(format.label()).numbers().stream()
            .filter(Double::isFinite)
            .mapToDouble(x -> x + 0.0)
            .sorted()
            .distinct()
            .toArray();
    assertThat(format.numbers()).containsExactly(expected);
    assertThat(format.highest()).isEqualTo(expected[expected.length - 1]);
    assertThat(format.lowest()).isEqualTo(expected[0]);
  }

  @Property(seed = "3")
  void roundingIsToTheNearest(@ForAll float x) {
    for (Minifloat format : Minifloat.ALL) {
      double expected = MinifloatVectors.of(format.label()).nearest(x);
      assertThat(format.round(x, 0)).isEqualTo(expected);
      assertThat(format.value(format.code(x, 0))).isEqualTo(expected);
    }
  }

  @Property(seed = "4")
  void summedErrorsAreThoseOfTheRounding(@ForAll float x) {
    for (Minifloat format : Minifloat.ALL) {
      float scale = 0.3f;
      float value = Math.max(-1e4f, Math.min(1e4f, x));
      ErrorSums sums = new ErrorSums(1);
      sums.scales()[0] = scale;
      sums.units()[0] = 1;
      format.addSquaredErrors(new float[] {value}, 0, 1, sums);
      float error = (float) format.round(value / scale, 0) * scale - value;
      assertThat(sums.sums()[0]).isEqualTo(error * error);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "fp8-e4m3, float8e4m3fn, 448, true",
    "fp8-e5m2, float8e5m2, 57344, true",
    "fp4-e2m1, float4e2m1, 6, false"
  })
  void theTableNamesThem(String label, String onnx, double largest, boolean hasKernel) {
    NumberFormat format = NumberFormat.parse(label);
    assertThat(format.label()).isEqualTo(label);
    assertThat(NumberFormat.ofOnnx(onnx)).isEqualTo(format);
    assertThat(format.highest()).isEqualTo(largest);
    assertThat(format.storage().type().bits()).isEqualTo(format.bits());
    assertThat(format.storage().hasKernel()).isEqualTo(hasKernel);
    assertThat(QuantScheme.PRESETS).contains(label);
  }

  @Test
  void zeroPointsOtherThan0AreRefused() {
    for (Minifloat format : Minifloat.ALL) {
      assertThat(format.isZeroPoint(0)).isTrue();
      assertThat(Arrays.asList(-1, 1)).noneMatch(format::isZeroPoint);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "6, 1", "2, 0", "4, 4"})
  void otherWidthsAreRefused(int exponentBits, int mantissaBits) {
    assertThatThrownBy(
            () -> new Minifloat(exponentBits, mantissaBits, Minifloat.Specials.NONE, NONE))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

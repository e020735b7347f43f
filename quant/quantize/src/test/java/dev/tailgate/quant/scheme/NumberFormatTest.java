package dev.tailgate.quant.scheme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberFormatTest {
  @Property(seed = "1")
  void integersOfEveryWidthRoundTripThroughTheirLabel(
      @ForAll @IntRange(min = 2, max = 16) int bits, @ForAll boolean signed) {
    NumberFormat.Int format = new NumberFormat.Int(bits, signed);
    assertThat(NumberFormat.parse(format.label())).isEqualTo(format);
    assertThat(format.qmax() - format.qmin() + 1).isEqualTo((int) Math.pow(2, bits));
    assertThat(format.qmin()).isEqualTo(signed ? (int) -Math.pow(2, bits - 1) : 0);
  }

  @Property(seed = "2")
  void integersFitTheTypeTheyAreStoredIn(
      @ForAll @IntRange(min = 2, max = 16) int bits, @ForAll boolean signed) {
    NumberFormat.Int format = new NumberFormat.Int(bits, signed);
    assertThat(format.storage().bits()).isGreaterThanOrEqualTo(bits);
    assertThat(format.storage().label().startsWith("u")).isEqualTo(!signed);
    assertThat(format.isNative()).isEqualTo(format.storage().bits() == bits);
  }

  @ParameterizedTest
  @ValueSource(strings = {"int1", "int17", "uint0", "int", "int8 ", "float8", "fp8", "", "int-8"})
  void otherFormatsAreRefused(String text) {
    assertThatThrownBy(() -> NumberFormat.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyFloat8IsItsOwnRoundingAndItsOwnCode() {
    for (int code = 0; code < 256; code++) {
      if ((code & 0x7F) != 0x7F) {
        double value = Float8Table.value(code);
        assertThat(NumberFormat.Float8E4M3.round(value)).isEqualTo(value);
        assertThat(NumberFormat.Float8E4M3.code(value)).isEqualTo(code);
      }
    }
    assertThat(NumberFormat.Float8E4M3.code(Double.NaN)).isEqualTo(0x7F);
  }

  @Test
  void halfWayBetweenTwoFloat8TheEvenMantissaWins() {
    for (int code = 0; code < 126; code++) {
      double middle = (Float8Table.value(code) + Float8Table.value(code + 1)) / 2;
      for (double x : new double[] {middle, Math.nextUp(middle), Math.nextDown(middle)}) {
        assertThat(NumberFormat.Float8E4M3.round(x)).isEqualTo(Float8Table.nearest(x));
        assertThat(NumberFormat.Float8E4M3.round(-x)).isEqualTo(-Float8Table.nearest(x));
      }
    }
  }

  @Property(seed = "3")
  void float8IsTheNearestInTheTable(@ForAll float x) {
    double expected = Float8Table.nearest(x);
    assertThat(NumberFormat.Float8E4M3.round(x)).isEqualTo(expected);
    assertThat(Float8Table.value(NumberFormat.Float8E4M3.code(x))).isEqualTo(expected);
  }
}

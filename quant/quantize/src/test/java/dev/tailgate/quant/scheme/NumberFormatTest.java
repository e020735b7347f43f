package dev.tailgate.quant.scheme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.ir.ElementType;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberFormatTest {
  @Property(seed = "1")
  void integersOfEveryWidthRoundTripThroughTheirLabel(
      @ForAll @IntRange(min = 2, max = 16) int bits, @ForAll boolean signed) {
    IntegerFormat format = new IntegerFormat(bits, signed);
    assertThat(NumberFormat.parse(format.label())).isEqualTo(format);
    assertThat(format.qmax() - format.qmin() + 1).isEqualTo((int) Math.pow(2, bits));
    assertThat(format.qmin()).isEqualTo(signed ? (int) -Math.pow(2, bits - 1) : 0);
  }

  @Property(seed = "2")
  void integersFitTheTypeTheyAreStoredIn(
      @ForAll @IntRange(min = 2, max = 16) int bits, @ForAll boolean signed) {
    IntegerFormat format = new IntegerFormat(bits, signed);
    ElementType type = format.storage().type();
    assertThat(type.bits()).isGreaterThanOrEqualTo(bits);
    assertThat(type.label().startsWith("u")).isEqualTo(!signed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"int1", "int17", "uint0", "int", "int8 ", "float8", "fp8", "", "int-8"})
  void otherFormatsAreRefused(String text) {
    assertThatThrownBy(() -> NumberFormat.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}

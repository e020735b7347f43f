package dev.tailgate.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.ir.ElementType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ElementsTest {
  @ParameterizedTest
  @EnumSource(
      names = {
        "FLOAT",
        "DOUBLE",
        "FLOAT16",
        "BFLOAT16",
        "INT64",
        "UINT64",
        "INT32",
        "UINT32",
        "INT16",
        "UINT16",
        "INT8",
        "UINT8",
        "BOOL"
      })
  void storesWhatItReads(ElementType type) {
    Tensor tensor = Tensor.allocate(type, 3);
    Elements.Writer writer = Elements.writer(tensor);
    writer.put(1, 1);
    writer.put(2, type == ElementType.BOOL ? 1 : 100);
    Elements.Reader reader = Elements.reader(tensor);
    assertThat(reader.get(0)).isZero();
    assertThat(reader.get(1)).isEqualTo(1);
    assertThat(reader.get(2)).isEqualTo(type == ElementType.BOOL ? 1 : 100);
    assertThat(Elements.knows(type)).isTrue();
  }

  @Test
  void knowsNoOtherTypes() {
    assertThat(Elements.knows(ElementType.STRING)).isFalse();
    assertThat(Elements.knows(ElementType.INT4)).isFalse();
  }

  // Bit patterns from torch.tensor(x).to(torch.bfloat16).view(torch.int16).
  @ParameterizedTest
  @CsvSource({"1.0,16256", "1.00390625,16256", "1.01171875,16258", "-3.14159,-16311", "3e38,32610"})
  void roundsToBfloat16LikeTorch(float value, short bits) {
    Tensor tensor = Tensor.allocate(ElementType.BFLOAT16, 1);
    Elements.writer(tensor).put(0, value);
    assertThat(tensor.data().getShort(0)).isEqualTo(bits);
  }

  @Test
  void convertsIntegersOnlyWithinRange() {
    Tensor wide = Tensor.ofLongs(new long[] {5, 1L << 31}, 2);
    assertThatThrownBy(() -> TensorConversion.convert(wide, ElementType.INT32, "here"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("int32");
    Tensor negative = Tensor.ofLongs(new long[] {-1}, 1);
    assertThatThrownBy(() -> TensorConversion.convert(negative, ElementType.UINT8, "here"))
        .isInstanceOf(DataException.class);
    Tensor two = Tensor.ofLongs(new long[] {2}, 1);
    assertThatThrownBy(() -> TensorConversion.convert(two, ElementType.BOOL, "here"))
        .isInstanceOf(DataException.class);
  }

  @Test
  void roundsRealNumbersButRefusesOverflow() {
    Tensor third = Tensor.ofFloats(new float[] {1f / 3}, 1);
    Tensor half = TensorConversion.convert(third, ElementType.FLOAT16, "here");
    assertThat(Elements.reader(half).get(0)).isEqualTo(0.333251953125);
    Tensor large = Tensor.ofFloats(new float[] {1e5f}, 1);
    assertThatThrownBy(() -> TensorConversion.convert(large, ElementType.FLOAT16, "here"))
        .isInstanceOf(DataException.class);
  }
}

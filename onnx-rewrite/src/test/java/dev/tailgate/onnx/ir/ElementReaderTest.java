package dev.tailgate.onnx.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElementReaderTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  private static ByteBuffer bytes(int count, BiConsumer<ByteBuffer, Integer> put) {
    ByteBuffer raw = ByteBuffer.allocate(count * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      put.accept(raw, i);
    }
    return raw.flip();
  }

  private ConstantTensor inFile(ElementType type, ByteBuffer raw) throws IOException {
    byte[] bytes = new byte[raw.remaining() + 5];
    raw.duplicate().get(bytes, 5, raw.remaining());
    Path file = Files.write(folder.resolve(type + ".bin"), bytes);
    long count = raw.remaining() * 8L / type.bits();
    return ConstantTensor.ofSlice(
        "w", type, List.of(count), new TensorData.Slice(file, 5, raw.remaining()));
  }

  @Test
  void blocksJoinUpToTheWholeTensorInMemoryAndInFile() throws IOException {
    int count = 3 * 65536 + 17;
    Random random = new Random(2);
    float[] expected = new float[count];
    for (int i = 0; i < count; i++) {
      expected[i] = (float) random.nextGaussian();
    }
    ByteBuffer raw = bytes(count, (b, i) -> b.putFloat(expected[i]));
    List<ConstantTensor> both =
        List.of(
            inFile(ElementType.FLOAT, raw),
            ConstantTensor.of("w", ElementType.FLOAT, List.of((long) count), raw));
    for (ConstantTensor tensor : both) {
      float[] seen = new float[count];
      int[] at = {0};
      ElementReader.forEachChunk(
          tensor,
          (values, n) -> {
            assertThat(n).isBetween(1, 65536);
            System.arraycopy(values, 0, seen, at[0], n);
            at[0] += n;
          });
      assertThat(at[0]).isEqualTo(count);
      assertThat(seen).isEqualTo(expected);
    }
  }

  @Test
  void everyNumberTypeDecodesToItsValue() throws IOException {
    assertDecodes(ElementType.FLOAT16, bytes(1, (b, i) -> b.putShort((short) 0xC500)), -5);
    assertDecodes(ElementType.BFLOAT16, bytes(1, (b, i) -> b.putShort((short) 0xC0A0)), -5);
    assertDecodes(ElementType.DOUBLE, bytes(1, (b, i) -> b.putDouble(0.1)), 0.1);
    assertDecodes(ElementType.INT64, bytes(1, (b, i) -> b.putLong(-(1L << 53))), -0x1p53);
    assertDecodes(ElementType.UINT64, bytes(1, (b, i) -> b.putLong(-1)), 0x1p64);
    assertDecodes(
        ElementType.UINT64, bytes(1, (b, i) -> b.putLong((1L << 63) + 1025)), 0x1p63 + 2048);
    assertDecodes(ElementType.INT32, bytes(1, (b, i) -> b.putInt(-7)), -7);
    assertDecodes(ElementType.UINT32, bytes(1, (b, i) -> b.putInt(-1)), 4294967295.0);
    assertDecodes(ElementType.INT16, bytes(1, (b, i) -> b.putShort((short) -7)), -7);
    assertDecodes(ElementType.UINT16, bytes(1, (b, i) -> b.putShort((short) -1)), 65535);
    assertDecodes(ElementType.INT8, bytes(1, (b, i) -> b.put((byte) -7)), -7);
    assertDecodes(ElementType.UINT8, bytes(1, (b, i) -> b.put((byte) -1)), 255);
    assertDecodes(ElementType.BOOL, bytes(1, (b, i) -> b.put((byte) 1)), 1);
  }

  private void assertDecodes(ElementType type, ByteBuffer raw, double expected) throws IOException {
    ConstantTensor tensor = inFile(type, raw);
    assertThat(tensor.toDoubles(1)).containsExactly(expected);
    ElementReader.forEachChunk(
        tensor, (values, n) -> assertThat(values[0]).isEqualTo((float) expected));
    assertThat(ElementReader.range(tensor)).isEqualTo(new MinMax(expected, expected, 1, 0, 0));
  }

  @Test
  void rangeCountsNonFiniteElementsApart() throws IOException {
    int count = 200_000;
    ByteBuffer raw =
        bytes(
            count,
            (b, i) ->
                b.putFloat(
                    switch (i) {
                      case 70_000 -> Float.NaN;
                      case 70_001, 70_002 -> Float.NEGATIVE_INFINITY;
                      case 199_999 -> Float.POSITIVE_INFINITY;
                      default -> i - 1000f;
                    }));
    assertThat(ElementReader.range(inFile(ElementType.FLOAT, raw)))
        .isEqualTo(new MinMax(-1000, 198_998, count, 1, 3));
  }

  @Test
  void rangeOfNothingFiniteIsNaN() throws IOException {
    MinMax none = ElementReader.range(ConstantTensor.ofFloats("e", List.of(0L)));
    assertThat(none).isEqualTo(new MinMax(Double.NaN, Double.NaN, 0, 0, 0));
    assertThat(none.absMax()).isNaN();
    ByteBuffer nan = bytes(2, (b, i) -> b.putDouble(Double.NaN));
    assertThat(ElementReader.range(inFile(ElementType.DOUBLE, nan)).nan()).isEqualTo(2);
    assertThat(new MinMax(-3, 2, 2, 0, 0).absMax()).isEqualTo(3);
  }

  @Test
  void typesThatAreNotRealNumbersAreRefused() {
    for (ElementType type : List.of(ElementType.INT4, ElementType.COMPLEX64, ElementType.UINT2)) {
      ConstantTensor tensor = ConstantTensor.of("w", type, List.of(0L), ByteBuffer.allocate(0));
      assertThatThrownBy(() -> ElementReader.range(tensor))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining(type.label());
    }
  }

  @Test
  void longsAreExact() {
    long[] values = {Long.MIN_VALUE, -1, Long.MAX_VALUE};
    assertThat(ConstantTensor.ofLongs("v", List.of(3L), values).toLongs(3)).isEqualTo(values);
    assertThatThrownBy(() -> ConstantTensor.ofLongs("v", List.of(3L), values).toLongs(2))
        .isInstanceOf(IllegalStateException.class);
  }
}

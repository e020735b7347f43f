package dev.tailgate.quant.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.IdentityModel;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against {@code QuantizeLinear} and {@code DequantizeLinear} of ONNX Runtime. */
class WeightCodesTest {
  private static final int ROWS = 301;
  private static final int COLUMNS = 257;
  private static final List<Long> DIMS = List.of((long) ROWS, (long) COLUMNS);

  /** Normal values, many ties, zeros, and values far outside the grid. */
  private static float[] values(QuantParams params) {
    float scale = params.scale(0);
    Random random = new Random(1);
    float[] values = new float[ROWS * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      switch (i % 4) {
        case 0 -> values[i] = (float) random.nextGaussian();
        case 1 -> values[i] = (random.nextInt(300) - 150 + 0.5f) * scale;
        case 2 -> values[i] = (float) (1e4 * random.nextGaussian());
        default -> values[i] = random.nextInt(20) == 0 ? 0 : random.nextFloat() - 0.5f;
      }
    }
    if (params.format().bits() > 4) {
      // Of 4 bits the runtime converts infinities to integers, whose result is up to the processor.
      values[0] = Float.POSITIVE_INFINITY;
      values[1] = Float.NEGATIVE_INFINITY;
    }
    return values;
  }

  private static byte[] codes(float[] values, List<Long> dims, QuantParams params)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    WeightCodes.write(ConstantTensor.ofFloats("w", dims, values), params, Channels.newChannel(out));
    return out.toByteArray();
  }

  private record Constants(String scale, String zeroPoint) {}

  private static Constants constants(GraphEdit edit, QuantParams params) {
    boolean whole = params.layout() instanceof ScaleLayout.Whole;
    List<Long> dims = whole ? List.of() : List.of((long) params.count());
    ElementType type = WeightCodes.storage(params);
    int width = type.bits();
    byte[] zeros = new byte[(params.count() * width + 7) / 8];
    for (int i = 0; i < params.count(); i++) {
      int zero = params.zeroPoint(i);
      switch (width) {
        case 4 -> zeros[i / 2] |= (byte) ((zero & 0xF) << (i % 2 * 4));
        case 8 -> zeros[i] = (byte) zero;
        default -> {
          zeros[2 * i] = (byte) zero;
          zeros[2 * i + 1] = (byte) (zero >> 8);
        }
      }
    }
    return new Constants(
        edit.constant(ConstantTensor.ofFloats("scale", dims, params.scales())),
        edit.constant(ConstantTensor.of("zero", type, dims, ByteBuffer.wrap(zeros))));
  }

  private static String node(
      GraphEdit edit, String op, String x, Constants constants, QuantParams params) {
    NodeDraft node = edit.node(op, op).in(x, constants.scale(), constants.zeroPoint());
    if (params.layout() instanceof ScaleLayout.Axis axis) {
      node.attribute("axis", (long) axis.axis());
    }
    return node.add();
  }

  /** What the runtime reads in our numbers is what it makes of the values itself. */
  private static void check(QuantParams params) throws IOException {
    float[] values = values(params);
    GraphEdit edit = IdentityModel.of(21).edit();
    Constants constants = constants(edit, params);
    ElementType type = WeightCodes.storage(params);
    String ours =
        edit.constant(
            ConstantTensor.of("codes", type, DIMS, ByteBuffer.wrap(codes(values, DIMS, params))));
    String read = node(edit, "DequantizeLinear", ours, constants, params);
    String quantized = node(edit, "QuantizeLinear", "x", constants, params);
    String expected = node(edit, "DequantizeLinear", quantized, constants, params);
    edit.addOutput(IdentityModel.output(read));
    edit.addOutput(IdentityModel.output(expected));
    OnnxModel model = edit.commit();
    Tensor x = Tensor.ofFloats(values, ROWS, COLUMNS);
    RunnerOptions.Optimization level = RunnerOptions.Optimization.NONE;
    assertThat(IdentityModel.run(model, x, read, level).toFloats())
        .isEqualTo(IdentityModel.run(model, x, expected, level).toFloats());
  }

  private static QuantParams perTensor(String format) {
    NumberFormat parsed = NumberFormat.parse(format);
    return QuantParams.perTensor(parsed, 0.0173f, parsed.lowest() < 0 ? 0 : 7);
  }

  private static QuantParams perChannel(String format, int axis) {
    NumberFormat parsed = NumberFormat.parse(format);
    int count = axis == 0 ? ROWS : COLUMNS;
    float[] scales = new float[count];
    int[] zeroPoints = new int[count];
    Random random = new Random(2);
    for (int i = 0; i < count; i++) {
      scales[i] = 0.001f + 0.05f * random.nextFloat();
      boolean shifted = parsed.isUniform();
      zeroPoints[i] = shifted ? (int) parsed.lowest() + random.nextInt(1 << parsed.bits()) : 0;
    }
    return QuantParams.of(parsed, new ScaleLayout.Axis(axis), scales, zeroPoints);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"int8", "uint8", "int16", "uint16", "int4", "uint4", "fp8-e4m3", "fp8-e5m2"})
  void numbersAreThoseOfTheRuntime(String format) throws IOException {
    check(perTensor(format));
    check(perChannel(format, 0));
    check(perChannel(format, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"int8", "uint8", "int16"})
  void bytesAreThoseOfTheRuntime(String format) throws IOException {
    for (QuantParams params : List.of(perTensor(format), perChannel(format, 1))) {
      float[] values = values(params);
      GraphEdit edit = IdentityModel.of(21).edit();
      String quantized = node(edit, "QuantizeLinear", "x", constants(edit, params), params);
      edit.addOutput(IdentityModel.output(quantized));
      Tensor x = Tensor.ofFloats(values, ROWS, COLUMNS);
      Tensor expected =
          IdentityModel.run(edit.commit(), x, quantized, RunnerOptions.Optimization.NONE);
      assertThat(ByteBuffer.wrap(codes(values, DIMS, params))).isEqualTo(expected.data());
    }
  }

  @Test
  void theFirstOfTwoNibblesIsTheLowerAndAnOddOneEndsTheLastByte() throws IOException {
    QuantParams params = QuantParams.perTensor(NumberFormat.parse("int4"), 1, 0);
    assertThat(codes(new float[] {1, -2, 7, -8, 3}, List.of(5L), params))
        .containsExactly((byte) 0xE1, (byte) 0x87, (byte) 0x03);
  }

  @Test
  void blocksHaveTheirOwnScales() throws IOException {
    ScaleLayout blocks = new ScaleLayout.Blocks(1, 2, 3, List.of(2L, 2L));
    QuantParams params =
        QuantParams.of(
            NumberFormat.parse("int8"), blocks, new float[] {1, 2, 4, 8}, new int[] {0, 0, 0, 0});
    assertThat(codes(new float[] {8, 8, 8, 8, 8, 8}, List.of(2L, 3L), params))
        .containsExactly(8, 8, 4, 2, 2, 1);
  }

  @Test
  void nanBecomesTheZeroPoint() throws IOException {
    QuantParams params = QuantParams.perTensor(NumberFormat.parse("uint8"), 1, 9);
    assertThat(codes(new float[] {Float.NaN, 1}, List.of(2L), params)).containsExactly(9, 10);
  }

  @Test
  void scalesOfAnotherShapeAreRefused() {
    QuantParams params = perChannel("int8", 1);
    assertThatThrownBy(() -> codes(new float[] {1, 2}, List.of(1L, 2L), params))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

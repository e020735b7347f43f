package dev.tailgate.onnx.ir;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfFloatTest {
  /** The definition of IEEE 754-2008 section 3.4, in arithmetic instead of bit moves. */
  private static double definition(int bits) {
    int exponent = bits / 1024 % 32;
    int fraction = bits % 1024;
    double sign = bits >= 32768 ? -1 : 1;
    if (exponent == 31) {
      return fraction == 0 ? sign / 0.0 : Double.NaN;
    }
    return exponent == 0
        ? sign * fraction * Math.pow(2, -24)
        : sign * (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
  }

  @Test
  void widensAllBitPatternsExactly() {
    for (int bits = 0; bits < 65536; bits++) {
      float expected = (float) definition(bits);
      assertThat(Float.floatToIntBits(HalfFloat.toFloat((short) bits)))
          .as("pattern %04x", bits)
          .isEqualTo(Float.floatToIntBits(expected));
    }
  }

  @Test
  void roundTripsAllBitPatternsButNaNPayloads() {
    for (int bits = 0; bits < 65536; bits++) {
      boolean isNaN = (bits & 0x7FFF) > 0x7C00;
      short back = HalfFloat.fromFloat(HalfFloat.toFloat((short) bits));
      assertThat(back).isEqualTo((short) (isNaN ? 0x7E00 : bits));
    }
  }

  @Test
  void roundsToTheNearestWithTiesToEvenBetweenAllNeighbours() {
    for (int bits = 0; bits < 0x7BFF; bits++) {
      double low = definition(bits);
      double high = definition(bits + 1);
      float middle = (float) ((low + high) / 2); // one bit more than binary16: exact in float32
      int even = bits % 2 == 0 ? bits : bits + 1;
      assertThat(HalfFloat.fromFloat(middle)).isEqualTo((short) even);
      assertThat(HalfFloat.fromFloat(Math.nextDown(middle))).isEqualTo((short) bits);
      assertThat(HalfFloat.fromFloat(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
      assertThat(HalfFloat.fromFloat(-middle)).isEqualTo((short) (even | 0x8000));
    }
  }

  @Test
  void overflowsToInfinityFromTheMiddleToTheNextPowerOfTwo() {
    assertThat(HalfFloat.fromFloat(Math.nextDown(65520f))).isEqualTo((short) 0x7BFF);
    assertThat(HalfFloat.fromFloat(65520f)).isEqualTo((short) 0x7C00);
    assertThat(HalfFloat.fromFloat(-3e38f)).isEqualTo((short) 0xFC00);
    assertThat(HalfFloat.fromFloat(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xFC00);
    assertThat(HalfFloat.fromFloat(Float.MIN_VALUE)).isEqualTo((short) 0);
    assertThat(HalfFloat.fromFloat(-0f)).isEqualTo((short) 0x8000);
  }

  @Test
  void picksTheClosestPatternForRandomFloats() {
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (!(Math.abs(value) < 65504)) {
        continue;
      }
      int got = HalfFloat.fromFloat(value) & 0xFFFF;
      BigDecimal error = distance(value, got);
      assertThat(error).isLessThanOrEqualTo(distance(value, neighbour(got, 1)));
      assertThat(error).isLessThanOrEqualTo(distance(value, neighbour(got, -1)));
    }
  }

  private static int neighbour(int bits, int step) {
    int magnitude = Math.max(0, Math.min(0x7BFF, (bits & 0x7FFF) + step));
    return (bits & 0x8000) | magnitude;
  }

  private static BigDecimal distance(float value, int bits) {
    return new BigDecimal(value).subtract(new BigDecimal(definition(bits))).abs();
  }
}

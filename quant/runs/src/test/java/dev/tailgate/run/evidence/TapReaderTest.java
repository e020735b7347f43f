package dev.tailgate.run.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapRole;
import dev.tailgate.onnx.tap.TokenLayout;
import dev.tailgate.result.TapEvidence;
import dev.tailgate.result.TokenShare;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TapReaderTest {
  private static final int SAMPLES = 4;
  private static final int TOKENS = 6;
  private static final int CHANNELS = 8;

  /** Sums of doubles in another order: a few ulps a term. */
  private static final double EXACT = 1e-9;

  private final Random random = new Random(11);

  private static TapReader reader() {
    return new TapReader(
        new Tap("x", Set.of(TapRole.FFN_OUT), 2),
        new TokenLayout.Axis(1),
        Optional.empty(),
        Optional.empty(),
        Optional.of("ids"));
  }

  private float[] normal(double mean) {
    float[] x = new float[SAMPLES * TOKENS * CHANNELS];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (mean + random.nextGaussian());
    }
    return x;
  }

  private static int at(int sample, int token, int channel) {
    return (sample * TOKENS + token) * CHANNELS + channel;
  }

  private static Tensor tensor(float[] x) {
    return Tensor.ofFloats(x, SAMPLES, TOKENS, CHANNELS);
  }

  private Batch batch(long first, Optional<Tensor> mask) {
    long[] ids = random.longs(SAMPLES * TOKENS, 0, 50).toArray();
    return new Batch(
        first,
        SAMPLES,
        Map.of("ids", Tensor.ofLongs(ids, SAMPLES, TOKENS)),
        Optional.empty(),
        mask);
  }

  /** {@code sum (x - mean)^4} over the elements of both that a filter takes. */
  private interface Filter {
    boolean takes(int token, int channel);
  }

  private static double fourth(float[][] both, double mean, Filter filter) {
    double sum = 0;
    for (float[] x : both) {
      for (int i = 0; i < x.length; i++) {
        if (filter.takes(i / CHANNELS % TOKENS, i % CHANNELS)) {
          sum += Math.pow(x[i] - mean, 4);
        }
      }
    }
    return sum;
  }

  private static double mean(float[][] both) {
    double sum = 0;
    int count = 0;
    for (float[] x : both) {
      for (float v : x) {
        sum += v;
        count++;
      }
    }
    return sum / count;
  }

  @Test
  void thePlantedChannelAndPositionAreNamedWithTheirSharesOfBothBatches() {
    float[][] both = {normal(3), normal(-1)};
    for (int s = 0; s < SAMPLES; s++) {
      both[0][at(s, 3, 5)] = 40;
      both[1][at(s, 3, 5)] = 35;
    }
    TapReader reader = reader();
    reader.accept(batch(0, Optional.empty()), Map.of("x", tensor(both[0])));
    reader.accept(batch(SAMPLES, Optional.empty()), Map.of("x", tensor(both[1])));
    TapEvidence found = reader.result().orElseThrow();
    double mean = mean(both);
    double all = fourth(both, mean, (t, c) -> true);
    assertThat(found.channel()).isEqualTo(5);
    assertThat(found.channelShare())
        .isCloseTo(fourth(both, mean, (t, c) -> c == 5) / all, within(EXACT));
    TokenShare token = found.token().orElseThrow();
    assertThat(token.kind()).isEqualTo(TokenShare.Kind.POSITION);
    assertThat(token.index()).isEqualTo(3);
    assertThat(token.share()).isCloseTo(fourth(both, mean, (t, c) -> t == 3) / all, within(EXACT));
    assertThat(token.tokens()).isCloseTo(1.0 / TOKENS, within(EXACT));
    double second = 0;
    for (float[] x : both) {
      for (float v : x) {
        second += (v - mean) * (v - mean);
      }
    }
    int n = 2 * SAMPLES * TOKENS * CHANNELS;
    assertThat(found.kurtosis()).isCloseTo(all * n / (second * second), within(1e-8));
    assertThat(found.elements()).isEqualTo(n);
    assertThat(found.samples()).isEqualTo(2 * SAMPLES);
    assertThat(found.peakSamples()).isEqualTo(2 * SAMPLES);
  }

  @Test
  void aTokenIdThatMovesIsNamedById() {
    float[] x = normal(0);
    long[] ids = random.longs(SAMPLES * TOKENS, 0, 50).toArray();
    for (int s = 0; s < SAMPLES; s++) {
      ids[s * TOKENS + s] = 102;
      x[at(s, s, 1)] = -60;
    }
    TapReader reader = reader();
    Batch batch =
        new Batch(
            0,
            SAMPLES,
            Map.of("ids", Tensor.ofLongs(ids, SAMPLES, TOKENS)),
            Optional.empty(),
            Optional.empty());
    reader.accept(batch, Map.of("x", tensor(x)));
    TokenShare token = reader.result().orElseThrow().token().orElseThrow();
    assertThat(token.kind()).isEqualTo(TokenShare.Kind.TOKEN_ID);
    assertThat(token.index()).isEqualTo(102);
    assertThat(token.share()).isGreaterThan(0.99);
    assertThat(token.tokens()).isCloseTo(1.0 / TOKENS, within(EXACT));
  }

  @Test
  void paddingAndValuesThatAreNotFiniteCountNowhere() {
    float[] clean = normal(0);
    float[] dirty = clean.clone();
    long[] mask = new long[SAMPLES * TOKENS];
    java.util.Arrays.fill(mask, 1);
    for (int s = 0; s < SAMPLES; s++) {
      mask[s * TOKENS + TOKENS - 1] = 0;
      dirty[at(s, TOKENS - 1, 2)] = 1e6f;
    }
    Batch batch = batch(0, Optional.of(Tensor.ofLongs(mask, SAMPLES, TOKENS)));
    TapReader first = reader();
    first.accept(batch, Map.of("x", tensor(clean)));
    TapReader second = reader();
    second.accept(batch, Map.of("x", tensor(dirty)));
    TapEvidence a = first.result().orElseThrow();
    TapEvidence b = second.result().orElseThrow();
    assertThat(b.kurtosis()).isEqualTo(a.kurtosis());
    assertThat(b.max()).isEqualTo(a.max());
    assertThat(b.elements()).isEqualTo((long) SAMPLES * (TOKENS - 1) * CHANNELS);
    dirty[at(0, 0, 0)] = Float.NaN;
    TapReader third = reader();
    third.accept(batch, Map.of("x", tensor(dirty)));
    assertThat(third.result().orElseThrow().elements()).isEqualTo(b.elements() - 1);
  }

  @Test
  void aConstantHasNoKurtosisAndBreaksNothing() {
    TapReader reader = reader();
    reader.accept(
        batch(0, Optional.empty()), Map.of("x", tensor(new float[SAMPLES * TOKENS * CHANNELS])));
    TapEvidence found = reader.result().orElseThrow();
    assertThat(found.kurtosis()).isNaN();
    assertThat(found.range().bulkLevels()).isEqualTo(1);
  }

  @Test
  void anOutlierLeavesTheBulkFewLevels() {
    float[] x = normal(0);
    x[at(0, 0, 0)] = 1000;
    TapReader reader = reader();
    reader.accept(batch(0, Optional.empty()), Map.of("x", tensor(x)));
    // 192 elements: the middle 99.9 % reach from the smallest to the largest but one.
    TapEvidence found = reader.result().orElseThrow();
    assertThat(found.range().levels()).isEqualTo(256);
    assertThat(found.peakSamples()).isEqualTo(1);
    double step = (1000 - found.min()) / 255;
    assertThat(found.range().bulkLevels()).isBetween(1.0, 8 / step + 1);
  }
}

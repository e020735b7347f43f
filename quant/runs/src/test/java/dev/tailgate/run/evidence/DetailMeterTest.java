package dev.tailgate.run.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.result.ChannelPeak;
import dev.tailgate.result.ElementPlace;
import dev.tailgate.result.TapDetail;
import dev.tailgate.result.ValueHistogram;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DetailMeterTest {
  private static final int WIDTH = 5;

  private final Random random = new Random(3);
  private final DetailMeter meter = new DetailMeter();

  private float[] slice() {
    float[] x = new float[WIDTH];
    for (int c = 0; c < WIDTH; c++) {
      x[c] = (float) random.nextGaussian();
    }
    return x;
  }

  @Test
  void namesThePlantedExtremesWithTheirTokensLargestFirst() {
    for (int sample = 0; sample < 3; sample++) {
      for (int token = 0; token < 4; token++) {
        float[] x = slice();
        if (token == sample) {
          x[2] = -20 - sample;
        }
        meter.accept(x, 0, WIDTH, sample, token, 100 + token);
      }
    }
    TapDetail detail = meter.result();
    assertThat(detail.extremes())
        .containsExactly(
            new TapDetail.Extreme(-22, new ElementPlace(2, 2, 2), 102),
            new TapDetail.Extreme(-21, new ElementPlace(1, 1, 2), 101),
            new TapDetail.Extreme(-20, new ElementPlace(0, 0, 2), 100));
    assertThat(detail.channels()).first().isEqualTo(new ChannelPeak(2, 22));
    assertThat(meter.samples()).isEqualTo(3);
    assertThat(meter.peakSamples()).isEqualTo(3);
  }

  @Test
  void theHistogramCountsEveryFiniteValueBetweenItsEdges() {
    float[] all = new float[200 * WIDTH];
    for (int s = 0; s < 200; s++) {
      float[] x = slice();
      x[0] = s == 7 ? Float.NaN : x[0];
      x[1] = s == 9 ? 61.5f : x[1];
      System.arraycopy(x, 0, all, s * WIDTH, WIDTH);
      meter.accept(all, s * WIDTH, WIDTH, s, -1, -1);
    }
    ValueHistogram found = meter.result().histogram();
    assertThat(found.counts()).hasSizeBetween(32, 64);
    assertThat(found.total()).isEqualTo(200 * WIDTH - 1);
    for (int i = 0; i < found.counts().size(); i++) {
      long expected = 0;
      for (float x : all) {
        expected += x >= found.edges().get(i) && x < found.edges().get(i + 1) ? 1 : 0;
      }
      assertThat(found.counts().get(i)).isEqualTo(expected);
    }
  }

  @Test
  void aConstantFillsOneBin() {
    meter.accept(new float[] {0, 0, 0}, 0, 3, 0, 0, -1);
    assertThat(meter.result().histogram().counts()).containsExactly(3L);
  }
}

package dev.tailgate.quant.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.ChannelExtremes;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OwnScalesTest {
  private static ChannelExtremes extremes(float outlier) {
    float[] mins = new float[384];
    float[] maxs = new float[384];
    Arrays.fill(mins, -1);
    Arrays.fill(maxs, 3);
    mins[99] = -4;
    maxs[99] = outlier;
    ChannelExtremes extremes = ChannelExtremes.create();
    extremes.accept(mins, maxs);
    return extremes;
  }

  @Test
  void theOutlierChannelAloneHasALargeStep() {
    QuantParams grid = OwnScales.grid(extremes(196), 2, TensorScheme.papersActivations(8));
    assertThat(grid.layout()).isEqualTo(new ScaleLayout.Axis(2));
    assertThat(grid.count()).isEqualTo(384);
    // (max - min) / 255, and the number that stands for 0.
    assertThat((double) grid.scale(99)).isCloseTo(200 / 255.0, within(1e-6));
    assertThat(grid.zeroPoint(99)).isEqualTo(5);
    for (int j = 0; j < 384; j++) {
      if (j != 99) {
        assertThat((double) grid.scale(j)).isCloseTo(4 / 255.0, within(1e-6));
        assertThat(grid.zeroPoint(j)).isEqualTo(64);
      }
    }
    // Values of usual channels are off by half their own step, not by half of the outlier's.
    assertThat((double) grid.fakeQuant(1.234f, 7)).isCloseTo(1.234, within(2 / 255.0));
  }

  @Test
  void oneChannelHasOneScale() {
    ChannelExtremes one = ChannelExtremes.create();
    one.accept(new float[] {-1}, new float[] {1});
    QuantParams grid = OwnScales.grid(one, 1, TensorScheme.papersActivations(8));
    assertThat(grid.layout()).isEqualTo(new ScaleLayout.Whole());
  }
}

package dev.tailgate.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeatMapTest {

  @Test
  void keepsASmallSampleAsItIsButForTheSign() {
    HeatMap map = HeatMap.pooled(new float[] {1, -2, 3, -4, 5, -6}, 2, 3);
    assertThat(map.values()).containsExactly(List.of(1f, 4f), List.of(2f, 5f), List.of(3f, 6f));
    assertThat(map.channels()).containsExactly(0, 1, 2);
    assertThat(map.tokens()).containsExactly(0, 1);
  }

  @Test
  void neverLosesTheMaximumAndCoversEveryChannelAndToken() {
    int tokens = 301;
    int channels = 770;
    for (int at : new int[] {0, 12_345, tokens * channels - 1}) {
      float[] sample = new float[tokens * channels];
      sample[at] = -7;
      HeatMap map = HeatMap.pooled(sample, tokens, channels);
      assertThat(map.values()).hasSize(HeatMap.MAX_CHANNELS);
      assertThat(map.values().get(0)).hasSize(HeatMap.MAX_TOKENS);
      assertThat(map.values().stream().flatMap(List::stream).filter(v -> v == 7)).hasSize(1);
    }
  }

  @Test
  void passesOverNanAndLetsInfinityWin() {
    float[] sample = new float[200 * 4];
    Arrays.fill(sample, Float.NaN);
    sample[0] = 2;
    sample[5] = Float.NEGATIVE_INFINITY;
    HeatMap map = HeatMap.pooled(sample, 200, 4);
    assertThat(map.values().get(0).get(0)).isEqualTo(2f);
    assertThat(map.values().get(1)).contains(Float.POSITIVE_INFINITY);
    assertThat(map.values().get(3)).containsOnly(Float.NaN);
  }

  @Test
  void refusesValuesThatDoNotFitTheAxes() {
    assertThatThrownBy(() -> HeatMap.pooled(new float[5], 2, 3)).hasMessageContaining("not 2 x 3");
    assertThatThrownBy(() -> new HeatMap(List.of(0), List.of(0, 1), List.of(List.of(1f)), 1, 2))
        .hasMessageContaining("1 x 2");
  }
}

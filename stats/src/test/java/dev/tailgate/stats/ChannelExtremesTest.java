package dev.tailgate.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelExtremesTest implements AccumulatorLaws<ChannelExtremes> {

  @Override
  public ChannelExtremes empty() {
    return ChannelExtremes.create();
  }

  @Override
  public void feed(ChannelExtremes into, float[] stream, int from, int to) {
    for (int i = from; i < to; i++) {
      into.accept(new float[] {stream[i], -1}, new float[] {stream[i], i});
    }
  }

  @Override
  public List<Object> describe(ChannelExtremes extremes) {
    return List.of(
        Arrays.toString(extremes.mins()),
        Arrays.toString(extremes.maxs()),
        extremes.skipped(),
        extremes.channels());
  }

  @Test
  void widensPerChannel() {
    ChannelExtremes extremes = ChannelExtremes.create(2);
    extremes.accept(new float[] {-1, 2}, new float[] {1, 3});
    extremes.accept(new float[] {0, -7}, new float[] {5, 2});
    assertThat(extremes.mins()).containsExactly(-1, -7);
    assertThat(extremes.maxs()).containsExactly(5, 3);
    assertThat(extremes.range(1)).isEqualTo(new Range(-7, 3));
    assertThat(extremes.range()).isEqualTo(new Range(-7, 5));
  }

  @Test
  void skipsAndCountsNonFiniteEntries() {
    ChannelExtremes extremes = ChannelExtremes.create(2);
    extremes.accept(new float[] {Float.NaN, 1}, new float[] {Float.POSITIVE_INFINITY, Float.NaN});
    assertThat(extremes.skipped()).isEqualTo(3);
    assertThat(extremes.mins()).containsExactly(Float.NaN, 1);
    assertThat(extremes.range(0)).isEqualTo(Range.EMPTY);
  }

  @Test
  void namesBothLengthsWhenTheyDiffer() {
    ChannelExtremes extremes = ChannelExtremes.create(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> extremes.accept(new float[3], new float[3]))
        .withMessage("Adding channel extremes: expected 2 channels, found 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> extremes.accept(new float[2], new float[1]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> extremes.combine(ChannelExtremes.create(5)));
    assertThatIllegalArgumentException().isThrownBy(() -> ChannelExtremes.create(0));
  }

  @Test
  void copiesDoNotAlias() {
    ChannelExtremes extremes = ChannelExtremes.create(1);
    float[] mins = {1};
    extremes.accept(mins, new float[] {2});
    mins[0] = -50;
    extremes.mins()[0] = -60;
    assertThat(extremes.mins()).containsExactly(1);
  }
}

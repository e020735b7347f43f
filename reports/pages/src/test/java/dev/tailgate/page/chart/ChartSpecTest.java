package dev.tailgate.page.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.result.GridRange;
import dev.tailgate.result.Samples;
import dev.tailgate.result.WorstTap;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChartSpecTest {
  private final WorstTap worst = Samples.vanilla().worstTap().orElseThrow();

  @Test
  void drawsOneLineARoleAndMarksTheModelBesideIt() {
    ChartSpec.Line chart = LayerCharts.kurtosis(List.of(Samples.vanilla(), Samples.twin()));
    assertThat(chart.series())
        .extracting(s -> s.name() + " " + s.color() + " " + s.model())
        .containsExactly("ffn_out 0 0", "layernorm_out 1 0", "ffn_out 0 1", "layernorm_out 1 1");
    assertThat(chart.models()).containsExactly("encoder-vanilla.onnx", "encoder-softmax1.onnx");
    assertThat(chart.series().get(0).xs()).hasSize(12).startsWith(0.0).endsWith(11.0);
    assertThat(chart.x().min()).isEqualTo(-0.5);
    assertThat(chart.x().max()).isEqualTo(11.5);
  }

  @Test
  void turnsLogarithmicOnlyWhenValuesSpanMoreThanTwoDecades() {
    assertThat(LayerCharts.kurtosis(List.of(Samples.vanilla())).y().logarithmic()).isTrue();
    ChartSpec.Line twin = LayerCharts.kurtosis(List.of(Samples.twin()));
    assertThat(twin.y().logarithmic()).isFalse();
    assertThat(twin.y().min()).isZero();
    assertThat(LayerCharts.kurtosis(List.of(Samples.vanilla())).y().title()).contains("log scale");
  }

  @Test
  void poolsTheHeatMapWithoutLosingTheOutlierChannel() {
    ChartSpec.Heat chart = WorstTapCharts.heatMap(worst);
    assertThat(chart.shades()).hasSize(96).allMatch(row -> row.size() == 128);
    int row = 308 / 8;
    assertThat(chart.shades().get(row).get(0)).isEqualTo(ChartSpec.Heat.SHADES - 1);
    long pale = chart.shades().stream().flatMap(List::stream).filter(s -> s <= 1).count();
    assertThat(pale).isGreaterThan(96 * 128 / 2);
    assertThat(chart.y().title()).isEqualTo("channel (maximum over groups of about 8)");
    assertThat(chart.scale().logarithmic()).isTrue();
  }

  @Test
  void marksTheClippingRangeAndKeepsItInView() {
    ChartSpec.Histogram chart = WorstTapCharts.histogram(worst);
    assertThat(chart.clipping()).contains(new GridRange(-52.4, 26.1));
    assertThat(chart.x().position(-52.4)).isBetween(0.0, 1.0);
    assertThat(chart.x().position(26.1)).isBetween(0.0, 1.0);
    assertThat(chart.y().logarithmic()).isTrue();
    assertThat(chart.y().ticks().get(0)).isEqualTo(new Axis.Tick(1, "1"));
  }

  @Test
  void namesTheLargestChannels() {
    ChartSpec.Bar chart = WorstTapCharts.channels(worst);
    assertThat(chart.x().ticks()).extracting(Axis.Tick::label).startsWith("308", "381", "92");
  }

  @Test
  void roundTicksFallOnRoundValues() {
    assertThat(Ticks.linear("x", 0, 57, 5).ticks())
        .extracting(Axis.Tick::label)
        .containsExactly("0", "20", "40", "60");
    assertThat(Ticks.log("x", 3, 40_000).ticks())
        .extracting(Axis.Tick::label)
        .containsExactly("1", "10", "100", "1000", "1e4", "1e5");
    assertThat(Ticks.forValues("x", List.of(Double.NaN, Double.POSITIVE_INFINITY)).max())
        .isEqualTo(1);
  }
}

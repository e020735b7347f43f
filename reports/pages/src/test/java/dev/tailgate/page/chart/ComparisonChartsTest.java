package dev.tailgate.page.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.result.InLocale;
import dev.tailgate.result.Samples;
import dev.tailgate.result.compare.Comparison;
import dev.tailgate.result.compare.MethodColumn;
import dev.tailgate.result.compare.MethodRun;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class ComparisonChartsTest {
  private static ComparisonCharts charts(String label) {
    Comparison comparison =
        Comparison.of(
            List.of(
                new MethodRun("f", "vanilla", 1, Samples.vanilla()),
                new MethodRun("f", label, 1, Samples.twin()),
                new MethodRun("f", label, 2, Samples.twin())),
            "vanilla");
    return ComparisonCharts.of(comparison, comparison.groups().get(0));
  }

  @Test
  void drawsFloatOpenAndQuantizedFullWithTheSeedsBehindThem() {
    ChartSpec.Dots chart = charts("mine").task();
    assertThat(chart.kinds()).containsExactly("FP", "W8A8");
    assertThat(chart.dots())
        .extracting(d -> d.style() + " " + d.open() + " " + d.value() + " " + d.parts().size())
        .containsExactly("0 true 4.51 0", "0 false 42.58 0", "1 true 4.51 2", "1 false 5.34 2");
    assertThat(chart.y().ticks()).extracting(Axis.Tick::label).containsExactly("mine", "vanilla");
  }

  @Test
  void everyModelIsAPointAndSeedsAreTold() {
    ChartSpec.Scatter chart = charts("mine").scatter(MethodColumn.KURTOSIS, MethodColumn.CHANGE);
    assertThat(chart.points())
        .extracting(ChartSpec.Point::name)
        .containsExactly("vanilla", "mine@1", "mine@2");
    assertThat(chart.points().get(0).y()).isEqualTo(38.07);
    assertThat(chart.y().min()).as("room below a cost of 0").isNegative();
  }

  @Test
  void profilesGoLayerByLayerOverTheTapsOfTheHeadline() {
    ChartSpec.Line chart = charts("mine").kurtosisByLayer();
    // Layer 0 has the kurtoses 6 and 5 and next to no bump.
    assertThat(chart.series().get(1).xs()).hasSize(12);
    assertThat(chart.series().get(1).ys().get(0)).isCloseTo(5.5, within(0.001));
    double largest = chart.series().get(0).ys().stream().mapToDouble(y -> y).max().orElseThrow();
    double bump = Math.exp(-0.5 * Math.pow(0.5 / 1.6, 2));
    assertThat(largest).isCloseTo(5.5 + 605 * bump, within(1e-9));
  }

  @Test
  void sixMethodsDifferInColourAndSymbolAndDashesDoNotRepeatWithThem() {
    Set<String> looks = new HashSet<>();
    Set<String> symbols = new HashSet<>();
    for (int i = 0; i < 6; i++) {
      symbols.add(bounds(i));
      looks.add(Ink.series(i).cssClass());
    }
    assertThat(symbols).hasSize(6);
    assertThat(looks).hasSize(6);
    assertThat(
            IntStream.range(0, 60)
                .mapToObj(i -> Ink.series(i).cssClass() + bounds(i) + Symbols.dashArray(i)))
        .doesNotHaveDuplicates();
  }

  private static String bounds(int symbol) {
    SvgPage page = new SvgPage();
    page.shape("f", Symbols.at(symbol, 10, 10, 5));
    return page.toString();
  }

  @Test
  void threeModelsAndMoreHaveALineEachInAColourOfTheirOwn() {
    ChartSpec.Line chart =
        LayerCharts.infNorm(List.of(Samples.vanilla(), Samples.twin(), Samples.twin()));
    assertThat(chart.series())
        .extracting(s -> s.color() + " " + s.model())
        .containsExactly("0 0", "1 1", "2 2");
    // The larger of the two roles: 4.5 + 58 bumps against 5.5 + 21 bumps.
    double bump = Math.exp(-0.5 * Math.pow(0.5 / 1.6, 2));
    assertThat(chart.series().get(0).ys().get(8)).isCloseTo(4.5 + 58 * bump, within(1e-9));
  }

  @Test
  void namesDoNotCoverEachOtherOrAPoint() {
    LabelPlaces places = new LabelPlaces(200, 100);
    places.point(50, 50);
    places.point(70, 50);
    // To its right is the other point, so the name goes to the left.
    assertThat(places.place(50, 50, 30).orElseThrow())
        .isEqualTo(new LabelPlaces.Place(42, 54, "end"));
    assertThat(places.place(70, 50, 500)).isEmpty();
    LabelPlaces crowded = new LabelPlaces(20, 20);
    crowded.point(10, 10);
    assertThat(crowded.place(10, 10, 30)).isEmpty();
  }

  @Test
  void isWellFormedTheSameInEveryLanguageAndHoldsHostileNamesAsText() throws Exception {
    ComparisonCharts hostile = charts("</svg><script>x</script>\u0001");
    for (ChartSpec spec :
        List.of(
            hostile.task(),
            hostile.outliers(MethodColumn.KURTOSIS),
            hostile.costDifferences("vanilla"),
            hostile.infNormByLayer(),
            hostile.scatter(MethodColumn.SIZE, MethodColumn.QUANTIZED))) {
      Document document =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(
                  new ByteArrayInputStream(SvgChart.file(spec).getBytes(StandardCharsets.UTF_8)));
      assertThat(document.getElementsByTagName("script").getLength()).isZero();
      String root = InLocale.of("und", () -> SvgChart.inline(spec));
      assertThat(InLocale.of("ar-EG-u-nu-arab", () -> SvgChart.inline(spec))).isEqualTo(root);
      assertThat(root).doesNotContain("rgb(").doesNotContain("NaN");
    }
  }
}

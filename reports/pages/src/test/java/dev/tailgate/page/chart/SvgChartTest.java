package dev.tailgate.page.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.result.InLocale;
import dev.tailgate.result.Samples;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class SvgChartTest {

  @Test
  void putsEachValueWhereItsAxisSays() throws Exception {
    ChartSpec.Series series =
        new ChartSpec.Series("s", 0, 0, List.of(0.0, 1.0, 2.0), List.of(0.0, 10.0, 5.0));
    ChartSpec.Line chart =
        new ChartSpec.Line(
            "t",
            new Axis("x", 0, 2, false, List.of()),
            new Axis("y", 0, 10, false, List.of()),
            List.of(series),
            List.of("m"));
    // 482 x 222 is the plot area of a line chart with one row of legend.
    assertThat(XChartMarks.svg(chart, 482, 222)).contains("d=\"M0 222L241 0M241 0L482 111\"");
  }

  @Test
  void leavesGapsForWhatCannotBeDrawn() {
    ChartSpec.Series series =
        new ChartSpec.Series(
            "s",
            0,
            0,
            List.of(0.0, 1.0, 2.0, 3.0),
            List.of(10.0, 0.0, Double.POSITIVE_INFINITY, 100.0));
    ChartSpec.Line chart =
        new ChartSpec.Line(
            "t",
            new Axis("x", 0, 3, false, List.of()),
            new Axis("y", 1, 100, true, List.of()),
            List.of(series),
            List.of("m"));
    assertThat(XChartMarks.svg(chart, 300, 100)).doesNotContain("class=\"l s0\"").contains("f s0");
  }

  @Test
  void isWellFormedAndHoldsHostileNamesAsText() throws Exception {
    for (ChartSpec spec : ChartSet.of(List.of(Samples.hostile(), Samples.twin())).inFileOrder()) {
      Document document = parse(SvgChart.file(spec));
      assertThat(document.getElementsByTagName("script").getLength()).isZero();
      Element title = (Element) document.getElementsByTagName("title").item(0);
      assertThat(title.getTextContent()).isEqualTo(spec.title().replace('\u001b', '\ufffd'));
    }
  }

  @Test
  void usesStyleClassesInsteadOfColours() {
    for (ChartSpec spec : ChartSet.of(List.of(Samples.vanilla(), Samples.twin())).inFileOrder()) {
      assertThat(SvgChart.inline(spec))
          .doesNotContain("rgb(")
          .doesNotContain("#")
          .contains("class=");
    }
  }

  @Test
  void isTheSameInEveryLanguage() {
    List<ChartSpec> charts = ChartSet.of(List.of(Samples.vanilla(), Samples.twin())).inFileOrder();
    for (ChartSpec spec : charts) {
      String root = InLocale.of("und", () -> SvgChart.file(spec));
      for (String language : List.of("de", "tr", "ar-EG-u-nu-arab")) {
        assertThat(InLocale.of(language, () -> SvgChart.file(spec))).isEqualTo(root);
      }
    }
  }

  @Test
  void drawsEveryCellOfAHeatMapOnce() throws Exception {
    ChartSpec.Heat chart = WorstTapCharts.heatMap(Samples.vanilla().worstTap().orElseThrow());
    Document document = parse("<svg>" + XChartMarks.svg(chart, 960, 640) + "</svg>");
    NodeList paths = document.getElementsByTagName("path");
    Pattern box = Pattern.compile("h([0-9.]+)v([0-9.]+)h");
    double area = 0;
    for (int i = 0; i < paths.getLength(); i++) {
      Matcher sides = box.matcher(((Element) paths.item(i)).getAttribute("d"));
      while (sides.find()) {
        area += Double.parseDouble(sides.group(1)) * Double.parseDouble(sides.group(2));
      }
    }
    // Cells are 7.5 x 6.667; a tenth of a pixel is lost or won at an edge.
    assertThat(area).isBetween(0.98 * 960 * 640, 1.02 * 960 * 640);
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }
}

package dev.tailgate.page.html;

import dev.tailgate.page.chart.LabCharts;
import dev.tailgate.page.chart.SvgChart;
import dev.tailgate.result.lab.Claim;
import dev.tailgate.result.lab.LabResult;
import dev.tailgate.result.lab.Study;
import java.util.List;
import java.util.Locale;

/**
 * What the page of the laboratory shows.
 *
 * @param result all numbers
 * @param standings the claims of all studies by their standing
 */
public record LabView(LabResult result, List<Standing> standings) {
  /** Copies the list. */
  public LabView {
    standings = List.copyOf(standings);
  }

  /**
   * The claims of one standing.
   *
   * @param title what they are
   * @param lead how to read them
   */
  public record Standing(String title, String lead, List<Row> rows) {
    /** Copies the list. */
    public Standing {
      rows = List.copyOf(rows);
    }
  }

  /** A claim with the study that it is of. */
  public record Row(String study, Claim claim) {
    /** Whether it holds, in a word. */
    public String verdict() {
      return claim.holds() ? "holds" : "does not hold";
    }

    /** Where it is from. */
    public String source() {
      return claim.source().orElse("measured here");
    }
  }

  static LabView of(LabResult result) {
    return new LabView(
        result,
        List.of(
            standing(
                result,
                Claim.Standing.PROVEN,
                "What is proven",
                "Theorems on random draws. One violation beyond rounding would be a fault of the"
                    + " program, not of the theorem."),
            standing(
                result,
                Claim.Standing.MEASURED,
                "What was measured",
                "What these experiments show, on this data and with these draws."),
            standing(
                result,
                Claim.Standing.NO_DIFFERENCE,
                "Where the methods do not differ",
                "Softmax1 was compared with softmax, and makes no difference.")));
  }

  private static Standing standing(
      LabResult result, Claim.Standing kind, String title, String lead) {
    return new Standing(
        title,
        lead,
        result.studies().stream()
            .flatMap(
                study ->
                    study.claims().stream()
                        .filter(claim -> claim.standing() == kind)
                        .map(claim -> new Row(study.id(), claim)))
            .toList());
  }

  /** What the reader should know first. */
  public String finding() {
    long claims = result.studies().stream().mapToLong(study -> study.claims().size()).sum();
    long fallen =
        result.studies().stream()
            .flatMap(study -> study.claims().stream())
            .filter(claim -> !claim.holds())
            .count();
    return fallen == 0
        ? "All " + claims + " claims hold."
        : fallen + " of " + claims + " claims do not hold.";
  }

  /** A chart as a picture. */
  public String svg(Study study, Study.Chart chart) {
    List<String> names =
        study.charts().stream()
            .flatMap(each -> each.lines().stream())
            .map(Study.Line::name)
            .distinct()
            .toList();
    return SvgChart.inline(LabCharts.of(chart, names));
  }

  /** How long a study took. */
  public String time(Study study) {
    return String.format(Locale.ROOT, "%.1f s", study.seconds());
  }
}

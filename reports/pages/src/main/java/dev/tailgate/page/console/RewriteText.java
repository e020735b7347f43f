package dev.tailgate.page.console;

import dev.tailgate.result.RewriteReport;
import dev.tailgate.result.wording.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** A rewrite for people: what was done, what the numbers say, and what they do not. */
public final class RewriteText {
  private static final String INDENT = "  ";

  private RewriteText() {}

  /** The text, ended by a line feed. */
  public static String render(RewriteReport report) {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "%s of %d sites are %s now; wrote %s (%,.1f MB).\n",
            report.rewritten(),
            report.sites().size(),
            report.method(),
            report.out(),
            report.bytes() / 1e6));
    sites(report, out);
    left(report, out);
    report.verification().ifPresent(verification -> verification(verification, out));
    meaning(report, out);
    return out.toString();
  }

  private static void sites(RewriteReport report, StringBuilder out) {
    List<RewriteReport.Site> done =
        report.sites().stream().filter(RewriteReport.Site::rewritten).toList();
    boolean checked = done.stream().anyMatch(site -> site.check().isPresent());
    TextTable table = TextTable.ofWords();
    if (checked) {
      checks(report, done, table);
    } else {
      table.row("site", "", "kind", "was", "rules");
      done.forEach(
          site ->
              table.row(
                  site.number(),
                  name(site),
                  site.kind(),
                  site.before(),
                  String.join(", ", site.rules())));
    }
    out.append('\n');
    out.append(table.render(INDENT));
  }

  private static String name(RewriteReport.Site site) {
    return (site.place().isEmpty() ? "" : site.place() + ": ") + site.id();
  }

  /** Only the columns that mean something for the method. */
  private static void checks(RewriteReport report, List<RewriteReport.Site> done, TextTable table) {
    boolean gated =
        done.stream().flatMap(s -> s.check().stream()).anyMatch(c -> c.gateMean().isPresent());
    boolean clipped = report.method().startsWith("clipped");
    List<String> head =
        new ArrayList<>(List.of("site", "", "kind", "max difference", "no-op mass"));
    if (clipped) {
      head.addAll(List.of("zeros", "ones"));
    }
    if (gated) {
      head.add("mean gate");
    }
    head.add("");
    table.row(head);
    for (RewriteReport.Site site : done) {
      Optional<RewriteReport.Check> measured = site.check();
      if (measured.isEmpty()) {
        continue;
      }
      RewriteReport.Check check = measured.get();
      List<String> row =
          new ArrayList<>(List.of(String.valueOf(site.number()), name(site), site.kind()));
      row.addAll(List.of(number(check.maxDifference()), share(check.noOpMass())));
      if (clipped) {
        row.addAll(List.of(share(check.zeros()), share(check.ones())));
      }
      if (gated) {
        row.add(number(check.gateMean()));
      }
      row.add(check.note());
      table.row(row);
    }
  }

  private static String number(OptionalDouble value) {
    return value.isEmpty() ? "-" : Numbers.compact(value.getAsDouble());
  }

  private static String share(OptionalDouble value) {
    return value.isEmpty() ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * value.getAsDouble());
  }

  private static void left(RewriteReport report, StringBuilder out) {
    List<RewriteReport.Site> left =
        report.sites().stream().filter(site -> !site.rewritten()).toList();
    if (left.isEmpty()) {
      return;
    }
    out.append('\n');
    out.append("Left as they are: " + left.size()).append('\n');
    TextTable table = TextTable.ofWords();
    left.forEach(
        site -> table.row(site.number(), site.id(), site.kind(), site.reason().orElse("")));
    out.append(table.render(INDENT));
  }

  private static void verification(RewriteReport.Verification verification, StringBuilder out) {
    out.append('\n');
    out.append(
            "Original and rewritten model on "
                + verification.samples()
                + " samples ("
                + verification.data()
                + ")")
        .append('\n');
    TextTable table = TextTable.ofWords();
    for (RewriteReport.Metric metric : verification.task()) {
      OptionalDouble before = metric.before();
      table.row(
          metric.name(),
          before.isEmpty() ? "" : number(before) + " -> " + Numbers.compact(metric.after()),
          metric.direction().replace('_', ' '));
    }
    for (RewriteReport.Metric metric : verification.agreement()) {
      String unit = metric.unit().equals("dB") || metric.unit().equals("nat") ? metric.unit() : "";
      boolean broken = Double.isNaN(metric.after()) && unit.equals("dB");
      table.row(
          "agreement: " + metric.name(),
          broken ? Numbers.NOT_FINITE : Numbers.compact(metric.after()),
          broken ? "" : unit);
    }
    out.append(table.render(INDENT));
    verification
        .fusionsLost()
        .forEach(sentence -> out.append(INDENT + sentence + ".").append('\n'));
    verification.notes().forEach(note -> out.append(INDENT + note).append('\n'));
    if (verification.syntheticInputs()) {
      out.append(INDENT + "Inputs are made up; only differences mean anything. Give --data.")
          .append('\n');
    }
  }

  private static void meaning(RewriteReport report, StringBuilder out) {
    boolean changes =
        report.sites().stream()
            .flatMap(site -> site.effect().stream())
            .anyMatch("changes_function"::equals);
    if (changes) {
      out.append('\n');
      out.append(
              "The model computes another function now. The papers train with the method from the start;"
                  + " a model")
          .append('\n');
      out.append(
              "trained with softmax keeps its outliers and loses accuracy until it is trained further.")
          .append('\n');
    }
  }
}

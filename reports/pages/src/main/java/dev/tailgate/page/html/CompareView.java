package dev.tailgate.page.html;

import dev.tailgate.page.chart.ChartSpec;
import dev.tailgate.page.chart.SvgChart;
import dev.tailgate.result.compare.Comparison;
import dev.tailgate.result.compare.EffectTable;
import dev.tailgate.result.compare.Group;
import dev.tailgate.result.compare.Member;
import dev.tailgate.result.compare.MethodColumn;
import dev.tailgate.result.compare.MethodRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the page of a comparison shows, with every number already a text.
 *
 * @param comparison what is shown
 * @param groups its groups as the page has them
 */
public record CompareView(Comparison comparison, List<CompareGroup> groups) {
  /** Copies the list. */
  public CompareView {
    groups = List.copyOf(groups);
  }

  static CompareView of(Comparison comparison) {
    return new CompareView(
        comparison,
        comparison.groups().stream().map(group -> CompareGroup.of(comparison, group)).toList());
  }

  /** What is compared, in one line. */
  public String title() {
    List<String> families = comparison.groups().stream().map(Group::family).distinct().toList();
    long methods =
        comparison.groups().stream()
            .flatMap(g -> g.rows().stream())
            .map(row -> row.method() + "\n" + row.origin())
            .distinct()
            .count();
    String what = methods == 1 ? "1 method" : methods + " methods";
    return families.size() == 1
        ? families.get(0) + ": " + what
        : families.size() + " families, " + what;
  }

  /** The finding under the title, where there is one group only. */
  public String finding() {
    return groups.size() == 1 ? groups.get(0).finding() : "";
  }

  /**
   * A model at the end of the page.
   *
   * @param family its family
   * @param method its method
   * @param origin how it came to it
   * @param member the rest
   */
  public record Model(String family, String method, String origin, Member member) {}

  /** All models in the order of the tables. */
  public List<Model> models() {
    List<Model> models = new ArrayList<>();
    for (Group group : comparison.groups()) {
      for (MethodRow row : group.rows()) {
        row.members()
            .forEach(m -> models.add(new Model(group.family(), row.method(), row.origin(), m)));
      }
    }
    return models;
  }

  /** What Softmax1 does to each pair of methods; absent where no method stands beside its twin. */
  public Optional<EffectTable> effect() {
    return EffectTable.of(comparison);
  }

  /** How that table is read. */
  public String effectReading() {
    return String.join(" ", EffectTable.reading(comparison));
  }

  /** Whether any row is over several seeds. */
  public boolean hasSpread() {
    return comparison.groups().stream()
        .flatMap(g -> g.rows().stream())
        .anyMatch(row -> row.members().size() > 1);
  }

  /** Whether any model was timed. */
  public boolean hasTimes() {
    return comparison.columns().contains(MethodColumn.TIME);
  }

  /** A chart as an element of the page. */
  public String svg(ChartSpec chart) {
    return SvgChart.inline(chart);
  }
}

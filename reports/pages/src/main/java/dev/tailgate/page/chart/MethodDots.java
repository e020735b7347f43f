package dev.tailgate.page.chart;

import dev.tailgate.result.compare.Group;
import dev.tailgate.result.compare.MethodColumn;
import dev.tailgate.result.compare.MethodRow;
import dev.tailgate.result.compare.Paired;
import dev.tailgate.result.compare.SeedSpread;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** Methods one below the other, each with a number and how sure it is. */
final class MethodDots {
  private final Group group;
  private final ToIntFunction<MethodRow> style;

  MethodDots(Group group, ToIntFunction<MethodRow> style) {
    this.group = group;
    this.style = style;
  }

  /**
   * Numbers by method with their spread over seeds.
   *
   * @param kinds names of open and full marks, where there are two of each method
   */
  ChartSpec.Dots of(String title, String quantity, List<String> kinds, List<MethodColumn> columns) {
    Axis names = Ticks.names("", group.rows().stream().map(group::name).toList());
    List<ChartSpec.Dot> dots = new ArrayList<>();
    for (int r = 0; r < group.rows().size(); r++) {
      MethodRow row = group.rows().get(r);
      for (MethodColumn column : columns) {
        SeedSpread spread = row.cell(column).spread();
        List<Double> parts = row.members().stream().map(m -> m.number(column)).toList();
        dots.add(
            new ChartSpec.Dot(
                group.rows().size() - 1.0 - r,
                style.applyAsInt(row),
                column == MethodColumn.FP,
                spread.mean(),
                spread.mean() - spread.deviation(),
                spread.mean() + spread.deviation(),
                parts.size() > 1 ? parts : List.of()));
      }
    }
    List<Double> values =
        dots.stream()
            .flatMap(
                dot ->
                    Stream.concat(
                        Stream.of(dot.value(), dot.high(), lowest(dot)), dot.parts().stream()))
            .toList();
    return new ChartSpec.Dots(title, Ticks.aroundOrLog(quantity, values), names, kinds, dots);
  }

  /** What is positive has no room below 0, whatever its spread. */
  private static double lowest(ChartSpec.Dot dot) {
    boolean positive = dot.parts().stream().allMatch(part -> part >= 0);
    return positive ? Math.max(dot.low(), 0) : dot.low();
  }

  /** By how much the cost of each method differs from the baseline's, with 95 % intervals. */
  ChartSpec.Dots costDifferences(String baseline) {
    List<MethodRow> rows =
        group.rows().stream().filter(row -> row.against().cost().isPresent()).toList();
    List<ChartSpec.Dot> dots = new ArrayList<>();
    List<Double> values = new ArrayList<>(List.of(0.0));
    for (int r = 0; r < rows.size(); r++) {
      Paired.Difference cost = rows.get(r).against().cost().orElseThrow();
      values.addAll(List.of(cost.value(), cost.low(), cost.high()));
      dots.add(
          new ChartSpec.Dot(
              rows.size() - 1.0 - r,
              style.applyAsInt(rows.get(r)),
              false,
              cost.value(),
              cost.low(),
              cost.high(),
              List.of()));
    }
    return new ChartSpec.Dots(
        "Cost against " + baseline,
        Ticks.around("Cost minus that of " + baseline, values),
        Ticks.names("", rows.stream().map(group::name).toList()),
        List.of(),
        dots);
  }
}

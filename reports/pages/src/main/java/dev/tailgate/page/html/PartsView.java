package dev.tailgate.page.html;

import dev.tailgate.result.RunResult;
import dev.tailgate.result.SensitivityResult;
import dev.tailgate.result.TapResult;
import dev.tailgate.result.wording.PartLine;
import dev.tailgate.result.wording.SchemeName;
import dev.tailgate.result.wording.TapRanking;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The parts of a model that quantization hurts, as a page shows them.
 *
 * @param model whose parts they are; empty for the model the page is about
 * @param scheme how they are quantized
 * @param measured what was run, in words
 * @param metric the task metric of the changes; empty without labels
 * @param groups parts of one size each, the largest first
 */
public record PartsView(
    String model, String scheme, String measured, String metric, List<Group> groups) {
  /** Copies the groups. */
  public PartsView {
    groups = List.copyOf(groups);
  }

  /**
   * Parts of one size.
   *
   * @param title what they are, and how many of them are shown
   * @param lines the worst first
   */
  public record Group(String title, List<Line> lines) {
    /** Copies the lines. */
    public Group {
      lines = List.copyOf(lines);
    }
  }

  /**
   * A part.
   *
   * @param words its numbers
   * @param tap rank of its tensor in the table of taps; -1 where it has no row there
   */
  public record Line(PartLine words, int tap) {}

  static PartsView of(SensitivityResult parts, RunResult result, String model) {
    Map<String, Integer> ranks = new HashMap<>();
    if (model.isEmpty()) {
      List<TapResult> ranked = TapRanking.worstFirst(result);
      for (int rank = 0; rank < ranked.size(); rank++) {
        ranks.putIfAbsent(ranked.get(rank).tensor(), rank);
      }
    }
    List<Group> groups = new ArrayList<>();
    for (PartLine.Level level : PartLine.Level.values()) {
      List<PartLine> worst = PartLine.worst(parts, level);
      if (!worst.isEmpty()) {
        groups.add(new Group(title(parts, level, worst.size()), lines(worst, ranks)));
      }
    }
    return new PartsView(
        model,
        SchemeName.shown(result.quantization().scheme()),
        measured(parts),
        parts.metric().map(ReportView::metricName).orElse(""),
        groups);
  }

  private static List<Line> lines(List<PartLine> worst, Map<String, Integer> ranks) {
    return worst.stream()
        .map(line -> new Line(line, line.tensor().map(t -> ranks.getOrDefault(t, -1)).orElse(-1)))
        .toList();
  }

  private static String title(SensitivityResult parts, PartLine.Level level, int shown) {
    int all = PartLine.measured(parts, level);
    return level.title() + (shown < all ? ", worst " + shown + " of " + all : "");
  }

  private static String measured(SensitivityResult parts) {
    String models = parts.evaluations() + " models over " + parts.samples() + " samples";
    return parts.complete()
        ? models
        : models
            + "; the time was over before the other "
            + (parts.planned() - parts.evaluations());
  }
}

package dev.tailgate.page.html;

import dev.tailgate.result.Evidence;
import dev.tailgate.result.SiteEvidence;
import dev.tailgate.result.SiteEvidence.Head;
import dev.tailgate.result.TokenShare;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * One number of every attention head, a row for each attention; darker is closer to doing nothing.
 *
 * @param title what the number is
 * @param meaning how to read it
 * @param heads columns
 * @param rows attentions in graph order
 */
public record HeadGrid(String title, String meaning, int heads, List<Row> rows) {
  /** Copies the rows. */
  public HeadGrid {
    rows = List.copyOf(rows);
  }

  /**
   * One attention.
   *
   * @param label its number among the attentions
   * @param site its id
   * @param cells a head each, as many as the widest attention has
   * @param where the token that the heads lean on most; empty in grids that do not say
   */
  public record Row(String label, String site, List<Cell> cells, String where) {
    /** Copies the cells. */
    public Row {
      cells = List.copyOf(cells);
    }
  }

  /**
   * One head.
   *
   * @param text its number, or nothing
   * @param shade from 0 to 15, or -1
   */
  public record Cell(String text, int shade) {}

  /** The grids of an audit: those of which at least one head has a number. */
  static List<HeadGrid> of(Evidence evidence) {
    List<HeadGrid> grids = new ArrayList<>();
    add(
        grids,
        evidence,
        "Sink mass",
        "Mean probability of the one key position or token id that the head leans on most. Near 1,"
            + " the head looks at nothing else.",
        head -> Optional.of(head.sink().share()),
        new Shade(0, 1, false),
        true);
    add(
        grids,
        evidence,
        "Entropy",
        "Of the probabilities, over that of uniform ones: 1 is uniform, 0 a single key.",
        Head::entropy,
        new Shade(1, 0, false),
        false);
    add(
        grids,
        evidence,
        "Passed on",
        "Size of the values that pass the head, over that under uniform attention. Near 0, the head"
            + " adds nothing: it rests on a token with a small value, or after Softmax1 on none.",
        Head::passedOn,
        new Shade(1, 0, false),
        false);
    return grids;
  }

  private static void add(
      List<HeadGrid> grids,
      Evidence evidence,
      String title,
      String meaning,
      Function<Head, Optional<Double>> number,
      Shade shade,
      boolean where) {
    int widest = evidence.sites().stream().mapToInt(site -> site.heads().size()).max().orElse(0);
    boolean any =
        evidence.sites().stream()
            .flatMap(site -> site.heads().stream())
            .anyMatch(head -> number.apply(head).isPresent());
    if (!any) {
      return;
    }
    List<Row> rows =
        evidence.sites().stream()
            .map(
                site ->
                    new Row(
                        site.layer() < 0 ? "\u2013" : Integer.toString(site.layer()),
                        site.site(),
                        cells(site, widest, number, shade),
                        where ? where(site) : ""))
            .toList();
    grids.add(new HeadGrid(title, meaning, widest, rows));
  }

  private static List<Cell> cells(
      SiteEvidence site, int count, Function<Head, Optional<Double>> number, Shade shade) {
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Optional<Double> value =
          i < site.heads().size() ? number.apply(site.heads().get(i)) : Optional.empty();
      cells.add(value.map(v -> new Cell(text(v), shade.of(v))).orElse(new Cell("", Shade.NONE)));
    }
    return cells;
  }

  private static String where(SiteEvidence site) {
    return site.heads().stream()
        .map(Head::sink)
        .max(Comparator.comparingDouble(TokenShare::excess))
        .map(
            sink ->
                switch (sink.kind()) {
                      case POSITION -> "position ";
                      case TOKEN_ID -> "token id ";
                    }
                    + sink.index())
        .orElse("");
  }

  /** Two decimals without the leading 0, so that sixteen heads fit. */
  private static String text(double value) {
    if (!Double.isFinite(value)) {
      return ModelPicture.text(value);
    }
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.startsWith("0.") ? text.substring(1) : text;
  }
}

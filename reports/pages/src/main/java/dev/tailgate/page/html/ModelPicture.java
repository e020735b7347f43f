package dev.tailgate.page.html;

import dev.tailgate.result.RunResult;
import dev.tailgate.result.TapResult;
import dev.tailgate.result.wording.Numbers;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The model as a table: a row for each layer, a column for each role, both in the order of the
 * graph. A tap outside any block stands in the row of the block before it.
 *
 * @param columns roles
 * @param rows layers, with one before the first and one after the last where taps lie there
 * @param taps for each cell, row by row, the ranks of its taps in the table of taps
 * @param colourings the same cells under each number that at least one tap has
 */
public record ModelPicture(
    List<String> columns, List<String> rows, List<List<Integer>> taps, List<Colouring> colourings) {
  private static final MathContext THREE_DIGITS = new MathContext(3);

  /**
   * The cells under one number.
   *
   * @param id of its switch
   * @param label what the number is
   * @param low value of the palest shade, as text
   * @param high value of the darkest
   * @param cells row by row
   */
  public record Colouring(String id, String label, String low, String high, List<Cell> cells) {}

  /**
   * A cell: the worst of its taps.
   *
   * @param tap its rank in the table of taps, or -1 for an empty cell
   * @param text its number
   * @param shade from 0 to 15, or -1 for none
   */
  public record Cell(int tap, String text, int shade) {
    static final Cell EMPTY = new Cell(-1, "", Shade.NONE);
  }

  /** Copies the lists. */
  public ModelPicture {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    taps = List.copyOf(taps);
    colourings = List.copyOf(colourings);
  }

  /**
   * The picture of a result.
   *
   * @param ranked its taps in the order of the table of taps
   * @param known what is known more of them, by tensor
   */
  static ModelPicture of(
      RunResult result, List<TapResult> ranked, Function<String, PictureColour.Known> known) {
    Map<TapResult, String> rowOf = rows(result.taps());
    Set<String> rows = new LinkedHashSet<>();
    Set<String> columns = new LinkedHashSet<>();
    for (TapResult tap : result.taps()) {
      rows.add(rowOf.getOrDefault(tap, ""));
      columns.add(tap.role());
    }
    List<List<Integer>> cells = new ArrayList<>();
    Map<String, List<Integer>> byPlace = new HashMap<>();
    for (int rank = 0; rank < ranked.size(); rank++) {
      TapResult tap = ranked.get(rank);
      String place = rowOf.getOrDefault(tap, "") + "\n" + tap.role();
      byPlace.computeIfAbsent(place, p -> new ArrayList<>()).add(rank);
    }
    for (String row : rows) {
      for (String column : columns) {
        cells.add(List.copyOf(byPlace.getOrDefault(row + "\n" + column, List.of())));
      }
    }
    List<Colouring> colourings =
        Arrays.stream(PictureColour.values())
            .map(colour -> colouring(colour, ranked, cells, known))
            .flatMap(Optional::stream)
            .toList();
    return new ModelPicture(List.copyOf(columns), List.copyOf(rows), cells, colourings);
  }

  /** The row of each tap: its layer, or that of the last tap before it that has one. */
  private static Map<TapResult, String> rows(List<TapResult> taps) {
    int last = -1;
    for (int i = 0; i < taps.size(); i++) {
      last = taps.get(i).layer() >= 0 ? i : last;
    }
    Map<TapResult, String> rows = new HashMap<>();
    String row = last < 0 ? "all" : "before";
    for (int i = 0; i < taps.size(); i++) {
      TapResult tap = taps.get(i);
      if (tap.layer() >= 0) {
        row = Integer.toString(tap.layer());
      } else if (last >= 0 && i > last) {
        row = "after";
      }
      rows.put(tap, row);
    }
    return rows;
  }

  private static Optional<Colouring> colouring(
      PictureColour colour,
      List<TapResult> ranked,
      List<List<Integer>> cells,
      Function<String, PictureColour.Known> known) {
    double[] values =
        ranked.stream().mapToDouble(tap -> colour.value(tap, known.apply(tap.tensor()))).toArray();
    double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
    if (finite.length == 0) {
      return Optional.empty();
    }
    Shade shade = colour.shade(finite);
    ToDoubleFunction<Integer> badness =
        rank -> colour.largeIsWorse() ? values[rank] : -values[rank];
    List<Cell> out = new ArrayList<>();
    for (List<Integer> cell : cells) {
      out.add(
          cell.stream()
              .filter(rank -> !Double.isNaN(values[rank]) || !ranked.get(rank).isFinite())
              .max(Comparator.comparingDouble(badness))
              .map(rank -> new Cell(rank, text(values[rank]), shade.of(values[rank])))
              .orElse(Cell.EMPTY));
    }
    return Optional.of(
        new Colouring(colour.id(), colour.label(), text(shade.low()), text(shade.high()), out));
  }

  /** Three digits, so that a cell stays narrow. */
  static String text(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "NaN" : value > 0 ? "Inf" : "\u2212Inf";
    }
    double size = Math.abs(value);
    if (size >= 1e5 || (size < 1e-3 && size > 0)) {
      return String.format(Locale.ROOT, "%.0e", value);
    }
    return Numbers.compact(new BigDecimal(value).round(THREE_DIGITS).doubleValue());
  }
}

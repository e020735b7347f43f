package dev.tailgate.page.html;

import dev.tailgate.result.ElementPlace;
import dev.tailgate.result.TapResult;
import dev.tailgate.result.wording.Numbers;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One tap as a line of the table.
 *
 * @param rank its position in the table, from 0
 * @param tensor value name in the user's file, shortened where it is very long
 * @param role what it is in its block
 * @param layer its layer, or a dash
 * @param kurtosis row-averaged kurtosis
 * @param pooledExcess pooled excess kurtosis
 * @param infNorm row-averaged infinity norm
 * @param absMax largest magnitude
 * @param place where that is
 * @param sixSigma elements beyond six standard deviations
 * @param nonfinite NaN and infinite elements, or nothing
 * @param inHeadline whether it belongs to the preset
 */
public record TapRow(
    int rank,
    String tensor,
    String role,
    String layer,
    String kurtosis,
    String pooledExcess,
    String infNorm,
    String absMax,
    String place,
    String sixSigma,
    String nonfinite,
    boolean inHeadline) {

  /** Rows the report shows at once; the rest opens on demand. */
  public static final int FIRST = 15;

  /** A row for each tap, in this order. */
  static List<TapRow> of(List<TapResult> ranked) {
    return IntStream.range(0, ranked.size()).mapToObj(i -> of(i, ranked.get(i))).toList();
  }

  private static TapRow of(int rank, TapResult tap) {
    return new TapRow(
        rank,
        ReportView.name(tap.tensor()),
        tap.role(),
        tap.layer() < 0 ? "\u2013" : Integer.toString(tap.layer()),
        Numbers.compact(tap.kurtosis()),
        Numbers.compact(tap.pooledExcessKurtosis()),
        Numbers.compact(tap.maxInfNorm()),
        Numbers.compact(tap.absMax()),
        tap.absMaxAt().map(TapRow::place).orElse("\u2013"),
        Numbers.count(tap.outliers6sigma()),
        nonfinite(tap),
        tap.inHeadline());
  }

  private static String place(ElementPlace place) {
    return index(place.sample()) + " / " + index(place.token()) + " / " + index(place.channel());
  }

  private static String index(long index) {
    return index < 0 ? "\u2013" : Long.toString(index);
  }

  private static String nonfinite(TapResult tap) {
    if (tap.isFinite()) {
      return "";
    }
    String first =
        tap.firstNonfiniteSample().isPresent()
            ? ", first in sample " + tap.firstNonfiniteSample().getAsLong()
            : "";
    return Numbers.count(tap.nan()) + " NaN, " + Numbers.count(tap.inf()) + " Inf" + first;
  }
}

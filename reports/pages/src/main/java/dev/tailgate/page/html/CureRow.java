package dev.tailgate.page.html;

import dev.tailgate.page.chart.CureCharts;
import dev.tailgate.page.chart.SvgChart;
import dev.tailgate.result.CureResult;
import dev.tailgate.result.CureResult.Kind;
import dev.tailgate.result.CureResult.Stage;
import dev.tailgate.result.Score;
import dev.tailgate.result.wording.Numbers;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A stage as the page shows it.
 *
 * @param swatch the symbol that stands for it in charts
 * @param name what it is
 * @param isOriginal whether others are compared with it
 * @param fp task metric of the float model
 * @param quantized of the quantized one
 * @param cost what quantization takes
 * @param fpChange against the original, likewise the next two
 * @param quantizedChange see there
 * @param costChange see there
 * @param outputs how near its float outputs are to the original's
 * @param quantizedOutputs how near the quantized outputs are to its own
 * @param kurtosis average, with its change
 * @param infNorm largest, likewise
 * @param sinkRate in percent
 */
public record CureRow(
    String swatch,
    String name,
    boolean isOriginal,
    Shown fp,
    Shown quantized,
    Shown cost,
    Shown fpChange,
    Shown quantizedChange,
    Shown costChange,
    String outputs,
    String quantizedOutputs,
    Shown kurtosis,
    Shown infNorm,
    String sinkRate) {
  private static final String NONE = "\u2013";

  /**
   * A number.
   *
   * @param value as text
   * @param note its interval or change; empty for none
   */
  public record Shown(String value, String note) {}

  static List<CureRow> of(CureResult result) {
    return IntStream.range(0, result.stages().size())
        .mapToObj(s -> of(result.stages().get(s), s, result.stage(Kind.ORIGINAL)))
        .toList();
  }

  private static CureRow of(Stage stage, int style, Stage original) {
    return new CureRow(
        SvgChart.swatch(style),
        CureCharts.name(stage),
        stage.kind() == Kind.ORIGINAL,
        score(stage.fp(), false),
        score(stage.quantized(), false),
        score(stage.cost(), true),
        score(stage.fpChange(), true),
        score(stage.quantizedChange(), true),
        score(stage.costChange(), true),
        decibels(stage.sqnr()),
        decibels(stage.quantizedSqnr()),
        changed(stage.averageKurtosis(), original.averageKurtosis(), stage.kind()),
        changed(stage.maxInfNorm(), original.maxInfNorm(), stage.kind()),
        stage
            .sinkRate()
            .map(rate -> String.format(Locale.ROOT, "%.1f\u00a0%%", 100 * rate))
            .orElse(NONE));
  }

  private static Shown score(Optional<Score> score, boolean isChange) {
    return score
        .map(
            s ->
                new Shown(
                    typeset(isChange ? Numbers.signed(s.value()) : Numbers.padded(s.value())),
                    s.hasInterval() ? interval(s, isChange) : ""))
        .orElse(new Shown(NONE, ""));
  }

  private static String interval(Score score, boolean isChange) {
    String words =
        isChange
            ? Numbers.signed(score.low()) + " to " + Numbers.signed(score.high())
            : Numbers.compact(score.low()) + " to " + Numbers.compact(score.high());
    boolean mayBeZero = isChange && score.low() <= 0 && score.high() >= 0;
    return typeset(words) + (mayBeZero ? ", may be 0" : "");
  }

  private static Shown changed(double value, double before, Kind kind) {
    double percent = 100 * (value / before - 1);
    boolean shows = kind != Kind.ORIGINAL && Double.isFinite(percent);
    return new Shown(
        typeset(Numbers.compact(value)),
        shows ? typeset(String.format(Locale.ROOT, "%+.1f\u00a0%%", percent)) : "");
  }

  private static String decibels(double ratio) {
    return Numbers.decibels(ratio).replace(" dB", "\u00a0dB");
  }

  private static String typeset(String words) {
    return words.replace('-', '\u2212');
  }
}

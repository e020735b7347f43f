package dev.tailgate.page.html;

import dev.tailgate.result.Damage;
import dev.tailgate.result.QuantizedPoint;
import dev.tailgate.result.RangeUse;
import dev.tailgate.result.TapDetail;
import dev.tailgate.result.TapEvidence;
import dev.tailgate.result.TokenShare;
import dev.tailgate.result.wording.Numbers;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a page shows of one tap on demand.
 *
 * @param tap its rank in the table of taps
 * @param facts what was found, in words
 * @param edges of the bins of its values; empty where no closer look was taken
 * @param counts values in each bin
 * @param clip the two ends of its grid; empty where it is not quantized
 * @param channels index and largest magnitude of the largest channels
 * @param extremes value, sample, token, channel and token id of the largest values; -1 for none
 */
public record TapLook(
    int tap,
    List<Fact> facts,
    List<Double> edges,
    List<Long> counts,
    List<Double> clip,
    List<List<Double>> channels,
    List<List<Double>> extremes) {
  private static final MathContext DIGITS = new MathContext(6);
  private static final MathContext THREE_DIGITS = new MathContext(3);

  /** Copies the lists. */
  public TapLook {
    facts = List.copyOf(facts);
    edges = List.copyOf(edges);
    counts = List.copyOf(counts);
    clip = List.copyOf(clip);
    channels = List.copyOf(channels);
    extremes = List.copyOf(extremes);
  }

  static TapLook of(
      int rank, TapEvidence tap, Optional<QuantizedPoint> point, Optional<Damage> alone) {
    Optional<TapDetail> detail = tap.detail();
    return new TapLook(
        rank,
        facts(tap, alone),
        detail.map(d -> d.histogram().edges()).orElse(List.of()),
        detail.map(d -> d.histogram().counts()).orElse(List.of()),
        point.map(p -> List.of(rounded(p.min()), rounded(p.max()))).orElse(List.of()),
        detail.map(TapLook::channels).orElse(List.of()),
        detail.map(TapLook::extremes).orElse(List.of()));
  }

  private static List<List<Double>> channels(TapDetail detail) {
    return detail.channels().stream()
        .map(peak -> List.of((double) peak.channel(), rounded(peak.maxAbs())))
        .toList();
  }

  private static List<List<Double>> extremes(TapDetail detail) {
    return detail.extremes().stream()
        .map(
            e ->
                List.of(
                    rounded(e.value()),
                    (double) e.at().sample(),
                    (double) e.at().token(),
                    (double) e.at().channel(),
                    (double) e.tokenId()))
        .toList();
  }

  private static List<Fact> facts(TapEvidence tap, Optional<Damage> alone) {
    List<Fact> facts = new ArrayList<>();
    facts.add(
        new Fact(
            "Channels",
            "channel "
                + tap.channel()
                + " holds "
                + percent(tap.channelShare())
                + " of the fourth moment; the largest "
                + tap.topChannels()
                + " of "
                + tap.channels()
                + " hold "
                + percent(tap.topChannelsShare())));
    tap.token().ifPresent(token -> facts.add(new Fact("Tokens", tokens(token, tap))));
    if (tap.samples() > 0) {
      facts.add(
          new Fact(
              "Samples",
              "half of the largest magnitude is reached in "
                  + tap.peakSamples()
                  + " of "
                  + tap.samples()));
    }
    facts.add(new Fact("Range", range(tap.range())));
    alone.ifPresent(damage -> facts.add(new Fact("Quantized alone", words(damage))));
    tap.gain()
        .ifPresent(
            gain ->
                facts.add(
                    new Fact(
                        "Norm",
                        "its gain at channel "
                            + tap.channel()
                            + " is "
                            + Numbers.compact(gain.value())
                            + ", "
                            + Numbers.compact(gain.ratio())
                            + " times the median gain")));
    return facts;
  }

  private static String words(Damage damage) {
    String outputs =
        Double.isNaN(damage.sqnr())
            ? "the outputs are not finite"
            : "the outputs keep an SQNR of " + Numbers.decibels(damage.sqnr());
    return outputs
        + damage
            .delta()
            .map(delta -> "; the task metric changes by " + Numbers.signed(delta.value()))
            .orElse("");
  }

  private static String tokens(TokenShare token, TapEvidence tap) {
    String which =
        switch (token.kind()) {
          case POSITION -> "position ";
          case TOKEN_ID -> "token id ";
        };
    return which
        + token.index()
        + ", "
        + percent(token.tokens())
        + " of the tokens, holds "
        + percent(token.share())
        + " of the fourth moment; a hundredth of all tokens holds "
        + percent(tap.topTokensShare());
  }

  private static String range(RangeUse range) {
    StringBuilder words =
        new StringBuilder(range.quantized() ? "" : "not quantized; 8 bit would give ");
    words
        .append(Numbers.compact(Math.rint(range.bulkLevels())))
        .append(" of ")
        .append(range.levels())
        .append(range.quantized() ? " levels lie" : " levels")
        .append(
            range.quantized() ? " in the middle 99.9 % of the values" : " to the middle 99.9 %");
    range
        .clipped()
        .ifPresent(share -> words.append("; ").append(percent(share)).append(" clipped"));
    range.sqnr().ifPresent(db -> words.append("; SQNR ").append(digits(db)).append(" dB"));
    return words.toString();
  }

  private static String percent(double share) {
    return digits(100 * share) + "\u00a0%";
  }

  private static String digits(double value) {
    return Double.isFinite(value)
        ? Numbers.compact(new BigDecimal(value).round(THREE_DIGITS).doubleValue())
        : Numbers.compact(value);
  }

  /** Six digits: more than a picture shows, and a third of the bytes. */
  private static double rounded(double value) {
    return Double.isFinite(value) ? new BigDecimal(value).round(DIGITS).doubleValue() : value;
  }
}

package dev.tailgate.result.diagnosis;

import dev.tailgate.result.Agreement;
import dev.tailgate.result.TapEvidence;
import dev.tailgate.result.TapResult;
import dev.tailgate.result.metric.AgreementMetrics;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What was looked at when no rule fires, with the numbers that come closest. */
final class NothingStandsOut {
  private NothingStandsOut() {}

  static Observation of(MeasuredModel facts) {
    List<TapEvidence> taps = facts.taps();
    long heads = facts.heads().count();
    int measured = Math.max(taps.size(), facts.result().taps().size());
    if (measured == 0 && heads == 0) {
      Sentence nothing =
          new Sentence()
              .say("nothing can be said: ")
              .number("taps", 0)
              .say(" activations and ")
              .number("heads", 0)
              .say(" attention heads were measured.");
      return new Observation("not_measured", nothing, List.of(), 0, Observation.Where.NOWHERE);
    }
    Sentence sentence = new Sentence().say("nothing stands out");
    // Where taps were looked at closely, theirs; the worst of a model are always among them.
    boolean looked = !taps.isEmpty();
    OptionalDouble kurtosis =
        (looked
                ? taps.stream().mapToDouble(TapEvidence::kurtosis)
                : facts.result().taps().stream().mapToDouble(TapResult::kurtosis))
            .filter(Double::isFinite)
            .max();
    sentence.say(": of ").number("taps", looked ? taps.size() : measured);
    sentence.say(looked ? " activations looked at " : " activations ");
    if (kurtosis.isPresent()) {
      sentence.say(looked ? "the largest pooled kurtosis is " : "the largest kurtosis is ");
      sentence.number("kurtosis", kurtosis.getAsDouble());
    } else {
      sentence.say("none has a kurtosis");
    }
    taps.stream()
        .mapToDouble(TapEvidence::channelShare)
        .filter(Double::isFinite)
        .max()
        .ifPresent(
            share ->
                sentence
                    .say(", no channel holds more than ")
                    .percent("channel_share", share)
                    .say(" of a fourth moment"));
    taps.stream()
        .mapToDouble(tap -> tap.range().bulkLevels() / tap.range().levels())
        .min()
        .ifPresent(
            part ->
                sentence
                    .say(", ")
                    .percent("bulk", 0.999)
                    .say(" of the values get at least ")
                    .percent("bulk_levels", part)
                    .say(" of the levels"));
    if (heads > 0) {
      sentence.say(", ").number("sink_heads", AttentionSinks.sinks(facts).size());
      sentence.say(" of ").number("heads", heads).say(" heads have a sink");
    }
    cost(facts)
        .ifPresent(
            sqnr -> sentence.say(", and quantized outputs have ").number("sqnr", sqnr, "dB"));
    boolean broken = sqnr(facts).filter(value -> value.isNaN()).isPresent();
    sentence.say(broken ? ", and quantized outputs are not finite" : "");
    sentence.say(cost(facts).isPresent() ? " SQNR." : ".");
    return new Observation("nothing", sentence, List.of(), 0, Observation.Where.NOWHERE);
  }

  private static Optional<Double> cost(MeasuredModel facts) {
    return sqnr(facts).filter(Double::isFinite);
  }

  private static Optional<Double> sqnr(MeasuredModel facts) {
    return facts.result().task().agreement(AgreementMetrics.SQNR.id()).map(Agreement::value);
  }
}

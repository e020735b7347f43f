package dev.tailgate.result.diagnosis;

import dev.tailgate.result.SiteEvidence;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Heads put their attention on one key, and where its value is small they hardly pass anything on:
 * what arXiv 2306.12929 and 2404.03828 trace outliers back to.
 *
 * <p>A head has a sink where one key gets {@value #MASS} of the attention (the bound of arXiv
 * 2410.10781) and {@value #EXCESS} more than its share of the keys; its value is small at up to
 * {@value #SMALL} of the mean norm. Without a small value at least {@value #HEADS} of the heads
 * must have a sink. Speaks only of models with an activation of marked kurtosis: sinks by
 * themselves do no harm. Strength: fraction of the heads times the mean over them of the decades by
 * which the value is smaller than the mean, at most 3; a tenth of a decade where no value is small.
 */
final class AttentionSinks implements Rule {
  static final double MASS = 0.3;
  static final double EXCESS = 0.2;
  static final double SMALL = 0.5;
  static final double HEADS = 0.25;
  private static final double MOST_DECADES = 3;
  private static final double FAINT = 0.1;

  @Override
  public Optional<Observation> look(MeasuredModel facts) {
    List<MeasuredModel.HeadOfSite> sinks = sinks(facts);
    if (sinks.isEmpty() || facts.outlying().isEmpty()) {
      return Optional.empty();
    }
    List<MeasuredModel.HeadOfSite> idle = sinks.stream().filter(h -> isSmall(h.head())).toList();
    List<MeasuredModel.HeadOfSite> shown = idle.isEmpty() ? sinks : idle;
    double heads = (double) facts.heads().count();
    if (idle.isEmpty() && sinks.size() < HEADS * heads) {
      return Optional.empty();
    }
    double decades = idle.stream().mapToDouble(h -> decades(h.head())).average().orElse(FAINT);
    return Optional.of(
        new Observation(
            idle.isEmpty() ? "attention_sinks" : "attention_sinks_no_op",
            sentence(sinks.size(), idle.size(), (int) heads, strongest(shown), !idle.isEmpty()),
            List.of(Advice.SINK, Advice.SOFTMAX1, Advice.CLIPPED_SOFTMAX, Advice.GATED_ATTENTION),
            shown.size() / heads * decades,
            new Observation.Where(
                Observation.Where.ACTIVATIONS,
                List.of(),
                shown.stream().map(h -> h.site().layer()).distinct().toList())));
  }

  /** Heads with a sink. */
  static List<MeasuredModel.HeadOfSite> sinks(MeasuredModel facts) {
    return facts
        .heads()
        .filter(h -> h.head().sink().share() >= MASS && h.head().sink().excess() >= EXCESS)
        .toList();
  }

  private static boolean isSmall(SiteEvidence.Head head) {
    return head.sinkValueNorm().filter(norm -> norm <= SMALL).isPresent();
  }

  private static double decades(SiteEvidence.Head head) {
    return Math.min(MOST_DECADES, -Math.log10(head.sinkValueNorm().orElse(1.0)));
  }

  private static MeasuredModel.HeadOfSite strongest(List<MeasuredModel.HeadOfSite> heads) {
    return heads.stream()
        .max(Comparator.comparingDouble(h -> h.head().sink().share()))
        .orElseThrow();
  }

  private static Sentence sentence(
      int sinks, int idle, int heads, MeasuredModel.HeadOfSite strongest, boolean small) {
    SiteEvidence.Head head = strongest.head();
    Sentence sentence = new Sentence();
    sentence.say("in ").number("sink_heads", sinks).say(" of ").number("heads", heads);
    sentence.say(" heads one key gets at least ").percent("sink_mass_from", MASS);
    sentence.say(" of the attention");
    if (small) {
      sentence.say(", in ").number("no_op_heads", idle).say(" with a value of at most ");
      sentence.number("small_value_to", SMALL, "x").say(" the mean norm");
    }
    sentence.say("; in head ").number("head", head.head()).say(" of ");
    sentence.name(strongest.site().site()).say(" ").token(head.sink()).say(" gets ");
    sentence.percent("sink_mass", head.sink().share());
    if (head.sinkValueNorm().isPresent()) {
      sentence.say(", its value has ");
      sentence.number("sink_value_norm", head.sinkValueNorm().get(), "x").say(" the mean norm");
    }
    if (head.passedOn().isPresent()) {
      sentence.say(", and the head passes on ").percent("passed_on", head.passedOn().get());
      sentence.say(" of what even attention would");
    }
    return sentence.say(".");
  }
}

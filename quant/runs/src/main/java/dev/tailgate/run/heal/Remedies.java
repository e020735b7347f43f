package dev.tailgate.run.heal;

import dev.tailgate.heal.precision.ExceptionSearch;
import dev.tailgate.heal.precision.TensorRemedy;
import dev.tailgate.heal.remedy.Remedy;
import dev.tailgate.heal.remedy.RotateRemedy;
import dev.tailgate.heal.remedy.SinkRemedy;
import dev.tailgate.heal.remedy.rotation.KurtailRemedy;
import dev.tailgate.heal.remedy.rounding.AdaRoundRemedy;
import dev.tailgate.heal.remedy.rounding.BiasRemedy;
import dev.tailgate.heal.remedy.rounding.ClipRemedy;
import dev.tailgate.heal.remedy.rounding.GptqRemedy;
import dev.tailgate.heal.remedy.scale.Decompose;
import dev.tailgate.heal.remedy.scale.Equalize;
import dev.tailgate.heal.remedy.scale.SmoothQuant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The remedies there are, by the names users know, and the order in which they are tried. */
public final class Remedies {
  private static final long ROTATION_SEED = 0;

  /**
   * The few tensors first that may carry most of the damage, which hide what else helps; then
   * ranges of all, which cost nothing; then what moves scales and turns the stream while the float
   * model stays the same; then what changes it; then rounding, which needs the weights as they will
   * be, on the scales they will have; then the biases, which take up what is left of the mean
   * error; and last exceptions for what still carries damage. Of each round one is kept.
   */
  private static final List<List<Remedy>> ROUNDS =
      List.of(
          List.of(TensorRemedy.scales()),
          List.of(new ClipRemedy()),
          List.of(new Equalize()),
          List.of(SmoothQuant.searched()),
          List.of(new RotateRemedy(ROTATION_SEED), new KurtailRemedy(ROTATION_SEED)),
          List.of(SinkRemedy.standard()),
          List.of(new Decompose()),
          List.of(new GptqRemedy(), new AdaRoundRemedy()),
          List.of(new BiasRemedy()),
          List.of(TensorRemedy.exceptions()));

  private static final Pattern FIXED_ALPHA =
      Pattern.compile("smoothquant=(0(?:\\.\\d+)?|1(?:\\.0+)?)");

  private Remedies() {}

  /** All of them, in rounds of alternatives. */
  public static List<List<Remedy>> rounds() {
    return ROUNDS;
  }

  /** {@code remedy}, which makes no other exceptions than {@code allowed}. */
  public static Remedy within(Remedy remedy, ExceptionSearch.Kinds allowed) {
    return remedy instanceof TensorRemedy tensors ? tensors.within(allowed) : remedy;
  }

  /** The names, in the order of the rounds. */
  public static List<String> ids() {
    return ROUNDS.stream().flatMap(List::stream).map(Remedy::id).toList();
  }

  /**
   * The remedy of that name; {@code smoothquant=0.5} fixes the exponent instead of searching it.
   */
  public static Optional<Remedy> byId(String id) {
    Matcher fixed = FIXED_ALPHA.matcher(id);
    if (fixed.matches()) {
      return Optional.of(SmoothQuant.fixed(Double.parseDouble(fixed.group(1))));
    }
    return ROUNDS.stream().flatMap(List::stream).filter(r -> r.id().equals(id)).findFirst();
  }
}

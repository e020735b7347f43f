package dev.tailgate.cli.command;

import dev.tailgate.heal.precision.ExceptionSearch;
import dev.tailgate.heal.remedy.Remedy;
import dev.tailgate.quant.placement.Precision;
import dev.tailgate.run.heal.HealRequest;
import dev.tailgate.run.heal.HealRequest.Treatment.Keep;
import dev.tailgate.run.heal.MaxDrop;
import dev.tailgate.run.heal.Remedies;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What is tried to heal a model. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class HealOptions {
  @Option(
      names = "--auto",
      description = {
        "Try all remedies in a sensible order and keep those that help on samples they were not"
            + " fitted on. The default with -o."
      })
  private boolean auto;

  @Option(
      names = "--each",
      description = {
        "Try each remedy alone, on the model as it is, and compare; nothing is kept and none is"
            + " written."
      })
  private boolean each;

  @Option(
      names = "--remedy",
      split = ",",
      paramLabel = "REMEDY",
      converter = Choice.Remedy.class,
      completionCandidates = Choice.Remedy.class,
      description = {
        "Apply these in this order, helpful or not: ${COMPLETION-CANDIDATES}. With --auto or"
            + " --each, try no others. smoothquant=0.5 fixes the exponent that is searched otherwise."
      })
  private List<String> remedies = List.of();

  @Option(
      names = "--max-drop",
      paramLabel = "X",
      converter = DropConverter.class,
      description = {
        "Search the cheapest exceptions from the scheme that keep the loss of the task metric within"
            + " X, in its unit or as N%% of the float model's score, with the upper end of its 95 %%"
            + " interval."
      })
  private Optional<MaxDrop> maxDrop;

  @Option(
      names = "--allow",
      split = ",",
      paramLabel = "KIND",
      converter = Choice.ExceptionKinds.class,
      completionCandidates = Choice.ExceptionKinds.class,
      description =
          "Exceptions that --max-drop and the remedies scales and exceptions may make: ${COMPLETION-CANDIDATES}. Default: all of them.")
  private List<String> kinds = List.of();

  @Option(
      names = "--sensitivity",
      negatable = true,
      fallbackValue = "true",
      defaultValue = "true",
      description = {
        "Quantize each layer, site and tensor alone, and all but it, to see which hurts. Default:"
            + " yes."
      })
  private boolean sensitivity;

  @Option(
      names = "--time-limit",
      paramLabel = "TIME",
      defaultValue = "2m",
      converter = Bounded.Time.class,
      description = {
        "For the sensitivity, and again for --max-drop, such as 90s, 5m or 1h: what is known by then is"
            + " reported. Default: ${DEFAULT-VALUE}."
      })
  private Duration timeLimit;

  boolean sensitivity() {
    return sensitivity;
  }

  Optional<MaxDrop> maxDrop() {
    return maxDrop;
  }

  Optional<Duration> timeLimit() {
    return Optional.of(timeLimit);
  }

  ExceptionSearch.Kinds kinds() {
    if (kinds.isEmpty()) {
      return ExceptionSearch.Kinds.ALL;
    }
    return new ExceptionSearch.Kinds(
        Arrays.stream(Precision.values()).filter(p -> kinds.contains(p.label())).toList(),
        kinds.contains(Choice.ExceptionKinds.FLOAT));
  }

  /**
   * What is tried; without a file to write, nothing unless asked for.
   *
   * @throws IllegalArgumentException for options that do not go together
   */
  HealRequest.Treatment treatment(boolean writes) {
    if (each && (auto || writes)) {
      throw new IllegalArgumentException("--each keeps nothing: give neither --auto nor -o");
    }
    List<List<Remedy>> chosen =
        remedies.stream().map(id -> List.of(Remedies.byId(id).orElseThrow())).toList();
    if (each) {
      List<List<Remedy>> all =
          Remedies.rounds().stream().flatMap(List::stream).map(List::of).toList();
      return new HealRequest.Treatment(chosen.isEmpty() ? all : chosen, Keep.NONE);
    }
    if (chosen.isEmpty()) {
      return auto || writes ? HealRequest.Treatment.AUTOMATIC : HealRequest.Treatment.NONE;
    }
    return new HealRequest.Treatment(chosen, auto ? Keep.HELPFUL : Keep.ALL);
  }

  /** A loss. */
  static final class DropConverter implements ITypeConverter<MaxDrop> {
    @Override
    public MaxDrop convert(String value) {
      try {
        return MaxDrop.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}

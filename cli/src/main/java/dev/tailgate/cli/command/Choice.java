package dev.tailgate.cli.command;

import dev.tailgate.cli.reference.ReferenceFamily;
import dev.tailgate.data.Task;
import dev.tailgate.model.Architectures;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.quant.calibrate.RangeEstimator;
import dev.tailgate.quant.encodings.EncodingsFormat;
import dev.tailgate.quant.placement.Placement;
import dev.tailgate.quant.placement.Precision;
import dev.tailgate.run.heal.Remedies;
import dev.tailgate.run.quantize.QuantizeRequest;
import dev.tailgate.run.train.LossKind;
import dev.tailgate.train.optimiser.Schedule;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A closed list of words an option takes. One list serves parsing, {@code --help} and completion.
 */
abstract class Choice implements Iterable<String>, ITypeConverter<String> {
  private final List<String> words;

  private Choice(String... words) {
    this.words = List.of(words);
  }

  @Override
  public Iterator<String> iterator() {
    return words.iterator();
  }

  @Override
  public String convert(String value) {
    String word = value.toLowerCase(Locale.ROOT);
    if (!words.contains(word)) {
      throw new TypeConversionException(
          "expected one of " + String.join(", ", words) + " but found '" + value + "'");
    }
    return word;
  }

  /** Tap presets. */
  static final class Taps extends Choice {
    Taps() {
      super("auto", "bert", "opt", "vit", "stanhop", "blocks", "all");
    }
  }

  /** Families of built-in models. */
  static final class Families extends Choice {
    static final String ALL = "all";

    Families() {
      super(
          Stream.concat(
                  Arrays.stream(ReferenceFamily.values()).map(ReferenceFamily::label),
                  Stream.of(ALL))
              .toArray(String[]::new));
    }
  }

  /** Where the training of a cure starts. */
  static final class Starts extends Choice {
    static final String FITTED = "fitted";

    Starts() {
      super(FITTED, "plain");
    }
  }

  /** Tasks. */
  static final class Tasks extends Choice {
    Tasks() {
      super(Task.labels().toArray(String[]::new));
    }
  }

  /** Range estimators. */
  static final class Estimators extends Choice {
    Estimators() {
      super(RangeEstimator.LABELS.toArray(String[]::new));
    }
  }

  /** Remedies. */
  static final class Remedy extends Choice {
    Remedy() {
      super(Remedies.ids().toArray(String[]::new));
    }

    /** With a parameter too, which no list can hold. */
    @Override
    public String convert(String value) {
      return Remedies.byId(value).isPresent() ? value : super.convert(value);
    }
  }

  /** Kinds of exceptions. */
  static final class ExceptionKinds extends Choice {
    static final String FLOAT = "float";

    ExceptionKinds() {
      super(
          Stream.concat(Arrays.stream(Precision.values()).map(Precision::label), Stream.of(FLOAT))
              .toArray(String[]::new));
    }
  }

  /** Placements of quantizers. */
  static final class Placements extends Choice {
    Placements() {
      super(Arrays.stream(Placement.values()).map(Placement::label).toArray(String[]::new));
    }
  }

  /** Ranges of weights. */
  static final class WeightRanges extends Choice {
    WeightRanges() {
      super("minmax", "mse", "mse_papers");
    }
  }

  /** Forms of deployed products. */
  static final class Forms extends Choice {
    Forms() {
      super(
          Arrays.stream(QuantizeRequest.OutputForm.values())
              .map(QuantizeRequest.OutputForm::label)
              .toArray(String[]::new));
    }
  }

  /** Formats of encodings. */
  static final class EncodingFormats extends Choice {
    EncodingFormats() {
      super(
          Arrays.stream(EncodingsFormat.values())
              .map(EncodingsFormat::label)
              .toArray(String[]::new));
    }
  }

  /** Architectures. */
  static final class Kinds extends Choice {
    Kinds() {
      super(Architectures.KINDS.keySet().toArray(String[]::new));
    }
  }

  /** Methods of attention. */
  static final class Methods extends Choice {
    Methods() {
      super(Arrays.stream(Method.values()).map(Method::label).toArray(String[]::new));
    }
  }

  /** The words of a parameter. */
  static final class Listed extends Choice {
    Listed(List<String> words) {
      super(words.toArray(String[]::new));
    }
  }

  /** Losses of a training. */
  static final class Losses extends Choice {
    Losses() {
      super(LossKind.labels().toArray(String[]::new));
    }
  }

  /** What a learning rate does after its warm-up. */
  static final class Schedules extends Choice {
    Schedules() {
      super(
          Arrays.stream(Schedule.Shape.values())
              .map(shape -> shape.name().toLowerCase(Locale.ROOT))
              .toArray(String[]::new));
    }
  }

  /** Optimisers. */
  static final class Optimizers extends Choice {
    static final String ADAMW = "adamw";
    static final String SGD = "sgd";
    static final String MUON = "muon";

    Optimizers() {
      super(ADAMW, SGD, MUON);
    }
  }

  /** Execution providers. */
  static final class Providers extends Choice {
    Providers() {
      super("cpu", "cuda");
    }
  }

  /** Shells that complete. */
  static final class Shells extends Choice {
    Shells() {
      super("bash", "zsh");
    }
  }

  /** Forms of the data on standard output. */
  static final class Formats extends Choice {
    Formats() {
      super("table", "json");
    }
  }
}

package dev.tailgate.cli.help;

import dev.tailgate.data.Flag;
import dev.tailgate.data.OptionSet;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.onnx.method.MethodParameter;
import dev.tailgate.onnx.method.MethodParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options that stand under one heading. {@link #ALL} is the order of {@code --help}, of the manual
 * and of completion in every command; a command shows what it has of it. What data formats and
 * methods declare is found beside them.
 *
 * @param heading such as {@code Data}
 * @param options long names, or {@code -o} where there is none, common ones before rare ones
 */
public record OptionGroup(String heading, List<String> options) {
  /** Every group. */
  public static final List<OptionGroup> ALL =
      List.of(
          of("Model", "--size", "--set"),
          new OptionGroup("Attention method", ofMethods()),
          of("Comparison", "--methods", "--rules", "--baseline", "--update-baseline", "--time"),
          of("Remedies", "--auto", "--remedy", "--each"),
          of(
              "Training",
              "--loss",
              "--teacher",
              "--qat",
              "--penalty",
              "--hidden",
              "--temperature",
              "--task-loss",
              "--steps",
              "--epochs",
              "--lr",
              "--schedule",
              "--warm-up",
              "--optimizer",
              "--weight-decay",
              "--clip-norm",
              "--accumulate",
              "--ema",
              "--freeze",
              "--train",
              "--eval-every",
              "--patience",
              "--checkpoint-every"),
          of(
              "Data",
              "--data",
              "--held-out",
              "--calibration-data",
              "--samples",
              "--batch-size",
              "--calibration-batch-size",
              "--task",
              "--seed",
              "--seeds",
              "--shuffle",
              "--shard"),
          ofFormat("Text", "--tokenizer", "--sequence-length"),
          ofFormat("Tables"),
          ofFormat("Images"),
          ofFormat("Time series"),
          of("Measuring", "--taps", "--no-quantize", "--original"),
          of(
              "Quantization",
              "--scheme",
              "--placement",
              "--weights",
              "--activations",
              "--form",
              "--exclude",
              "--include",
              "--except",
              "--exceptions",
              "--embeddings"),
          of(
              "Calibration",
              "--range-estimator",
              "--calibration-batches",
              "--weight-range",
              "--percentile",
              "--clean-calibration",
              "--encodings",
              "--memory-limit",
              "--calibration-state",
              "--resume"),
          of("Sensitivity and search", "--sensitivity", "--max-drop", "--allow", "--time-limit"),
          of("Run", "--ep", "--threads", "--jobs", "--custom-ops", "--to-float32"),
          of(
              "Output",
              "-o",
              "--out",
              "--format",
              "--quiet",
              "--export-encodings",
              "--encodings-format",
              "--junit",
              "--sarif",
              "--markdown"),
          of("General", "--help", "--version", "--no-config", "--debug"));

  /** Copies the list. */
  public OptionGroup {
    options = List.copyOf(options);
  }

  private static OptionGroup of(String heading, String... options) {
    return new OptionGroup(heading, List.of(options));
  }

  /** {@code common}, and behind them the options of the data format of that title. */
  private static OptionGroup ofFormat(String title, String... common) {
    Stream<String> declared =
        DataSources.options().stream()
            .filter(set -> set.title().equals(title))
            .map(OptionSet::flags)
            .flatMap(List::stream)
            .map(Flag::name);
    return new OptionGroup(title, Stream.concat(Stream.of(common), declared).toList());
  }

  private static List<String> ofMethods() {
    List<String> options = new ArrayList<>(List.of("--method", "--sites", "--start", "--verify"));
    MethodParameters.ALL.stream().map(MethodParameter::flag).forEach(options::add);
    options.add("--expect-sites");
    return options;
  }

  /** What {@code command} has of it, in this order. */
  public List<OptionSpec> of(CommandSpec command) {
    return options.stream()
        .flatMap(name -> command.options().stream().filter(option -> isCalled(option, name)))
        .toList();
  }

  /** {@code -o, --out} and {@code --out} are called the same. */
  private static boolean isCalled(OptionSpec option, String name) {
    return !option.hidden() && option.longestName().equals(name);
  }
}

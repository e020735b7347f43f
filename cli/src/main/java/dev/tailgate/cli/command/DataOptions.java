package dev.tailgate.cli.command;

import dev.tailgate.quant.data.Samples;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where samples come from and how many are taken. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class DataOptions {
  @Option(
      names = "--data",
      paramLabel = "D",
      description = {
        "Samples to evaluate. Without it, inputs are made from the model's signature, and task"
            + " numbers are agreement with the float model on those."
      })
  private Optional<Path> data;

  @Option(
      names = "--calibration-data",
      paramLabel = "D",
      description = "Samples to find activation ranges on. Default: those of --data.")
  private Optional<Path> calibrationData;

  @Option(
      names = "--tokenizer",
      paramLabel = "FILE",
      description = "A tokenizer.json, for data that is text.")
  private Optional<Path> tokenizer;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "64",
      converter = Bounded.Count.class,
      description = "Samples to evaluate. Default: ${DEFAULT-VALUE}.")
  private int samples;

  @Option(
      names = "--batch-size",
      paramLabel = "B",
      defaultValue = "8",
      converter = Bounded.Count.class,
      description = "Samples a run. Default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(
      names = "--sequence-length",
      paramLabel = "T",
      defaultValue = "128",
      converter = Bounded.Count.class,
      description =
          "Tokens a sample where data and model leave it open. Default: ${DEFAULT-VALUE}.")
  private int sequenceLength;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Seed of everything random. Default: ${DEFAULT-VALUE}.")
  private long seed;

  /** What is asked for. */
  Samples request() {
    return new Samples(data, calibrationData, tokenizer, samples, batchSize, sequenceLength, seed);
  }

  long seed() {
    return seed;
  }

  /** Whether the command line names any file here. */
  boolean namesFiles() {
    return data.isPresent() || calibrationData.isPresent() || tokenizer.isPresent();
  }
}

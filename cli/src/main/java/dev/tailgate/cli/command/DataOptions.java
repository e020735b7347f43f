package dev.tailgate.cli.command;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.Shard;
import dev.tailgate.data.Task;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.tensor.DataException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where samples come from and how many are taken. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class DataOptions {
  @Option(
      names = "--data",
      paramLabel = "D",
      converter = DataSpecConverter.class,
      description = {
        "Samples to evaluate: a file, a folder, or a query such as"
            + " \"SELECT text, label FROM 'x.parquet'\". Without it, inputs are made from the model's signature, and task"
            + " numbers are agreement with the float model on those."
      })
  private Optional<DataSpec> data;

  @Option(
      names = "--calibration-data",
      paramLabel = "D",
      converter = DataSpecConverter.class,
      description = "Samples to find activation ranges on. Default: those of --data.")
  private Optional<DataSpec> calibrationData;

  @Option(
      names = "--tokenizer",
      paramLabel = "FILE",
      description = {
        "A tokenizer.json, a vocab.txt, a vocab.json with its merges.txt, a"
            + " map of tokens to ids, or a folder with one of them. Default: one beside the data or"
            + " the model."
      })
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
          "Most tokens a sample, where the model leaves it open; longer texts are cut. Default:"
              + " ${DEFAULT-VALUE}.")
  private int sequenceLength;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Seed of everything random. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      completionCandidates = Choice.Tasks.class,
      converter = Choice.Tasks.class,
      description = {
        "What the labels mean: ${COMPLETION-CANDIDATES}. Default: inferred from the model's"
            + " signature and the data, and printed."
      })
  private Optional<String> task;

  @Option(
      names = "--shuffle",
      negatable = true,
      description = {
        "Draw samples by --seed instead of taking the first ones. Default: only where files are"
            + " sorted by class."
      })
  private Optional<Boolean> shuffle;

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      converter = ShardConverter.class,
      description = "Take part I (from 0) of N disjoint parts of the data.")
  private Optional<Shard> shard;

  @Mixin private CommandSpec formats = FormatFlags.spec();

  /** What is asked for. */
  Samples request() {
    return new Samples(
        new DataRequest(
            data,
            tokenizer,
            samples,
            batchSize,
            sequenceLength,
            seed,
            task.flatMap(Task::byLabel),
            shuffle,
            shard.orElse(Shard.WHOLE),
            FormatFlags.read(formats),
            DataRequest.Purpose.EVALUATION),
        calibrationData);
  }

  long seed() {
    return seed;
  }

  /** Whether the command line names any file here. */
  boolean namesFiles() {
    return data.isPresent() || calibrationData.isPresent() || tokenizer.isPresent();
  }

  /** A path or a query. */
  static final class DataSpecConverter implements ITypeConverter<DataSpec> {
    @Override
    public DataSpec convert(String value) {
      return DataSpec.parse(value);
    }
  }

  /** {@code I/N}. */
  static final class ShardConverter implements ITypeConverter<Shard> {
    @Override
    public Shard convert(String value) {
      try {
        return Shard.parse(value);
      } catch (IllegalArgumentException | DataException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}

package dev.tailgate.cli.command;

import dev.tailgate.data.Amount;
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
      description =
          "Samples to find activation ranges on. Default: samples of --data that are not evaluated, if"
              + " there are enough.")
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
      converter = Bounded.Count.class,
      description = {
        "Samples to evaluate; two texts to be compared are one. Default: all that together have no"
            + " more than 65536 tokens, or 16777216 values of pictures and series (for heal, quantize,"
            + " rewrite and --sensitivity 8192 and 4194304), else as many, drawn by --seed; 64 made-up"
            + " ones without data."
      })
  private Optional<Integer> samples;

  @Option(
      names = "--batch-size",
      paramLabel = "B",
      defaultValue = "8",
      converter = Bounded.Count.class,
      description = "Texts, pictures or windows a run; a pair is two. Default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(
      names = "--calibration-batch-size",
      paramLabel = "B",
      defaultValue = "8",
      converter = Bounded.Count.class,
      description =
          "The same where ranges are found: running estimators pool a batch, so that the numbers"
              + " depend on it, as they do not on --batch-size. Default: ${DEFAULT-VALUE}.")
  private int calibrationBatch;

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
        "Draw samples by --seed, of a text of any size; with --no-shuffle take the first ones."
            + " Default: drawn, of a text of more than 8 MiB from its beginning."
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
    return request(Amount.Budget.DEFAULT);
  }

  /** What is asked for, {@code usual} samples where no number is. */
  Samples request(Amount usual) {
    return new Samples(
        new DataRequest(
            data,
            tokenizer,
            samples.map(Amount::of).orElse(usual),
            batchSize,
            sequenceLength,
            seed,
            task.flatMap(Task::byLabel),
            shuffle,
            shard.orElse(Shard.WHOLE),
            FormatFlags.read(formats),
            DataRequest.Purpose.EVALUATION,
            Optional.empty()),
        calibrationData,
        Optional.empty(),
        calibrationBatch);
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

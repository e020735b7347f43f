package dev.tailgate.data;

import dev.tailgate.engine.tensor.DataException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Which samples to make or read, and how many at a time.
 *
 * @param data what to read; empty makes inputs from the model's signature
 * @param tokenizer a {@code tokenizer.json} for text; empty looks beside the data and the model
 * @param amount how many samples to yield; a pair of texts is one
 * @param batchSize rows a run, at least 1, unless the model fixes its batch
 * @param sequenceLength tokens a sample, at least 1, where the model leaves it open
 * @param seed seed of everything random
 * @param task overrides the task that is otherwise inferred from model and data
 * @param shuffle whether samples are drawn by seed rather than the first ones taken; empty draws
 * @param shard the part of the data to take
 * @param format how to read what the file leaves open
 * @param purpose what the samples are for
 * @param apartFrom how many of the same data are evaluated, which these leave to them if there are
 *     enough others
 */
public record DataRequest(
    Optional<DataSpec> data,
    Optional<Path> tokenizer,
    Amount amount,
    int batchSize,
    int sequenceLength,
    long seed,
    Optional<Task> task,
    Optional<Boolean> shuffle,
    Shard shard,
    FormatOptions format,
    Purpose purpose,
    Optional<Amount> apartFrom) {
  /** What samples are for; formats that know a held-out part keep it for evaluation. */
  public enum Purpose {
    /** A model is scored on them. */
    EVALUATION,
    /** Parameters are fitted on them. */
    CALIBRATION
  }

  /** Refuses counts below 1. */
  public DataRequest {
    requirePositive("batch size", batchSize);
    requirePositive("sequence length", sequenceLength);
  }

  /** A request whose task is inferred. */
  public DataRequest(
      Optional<Path> data,
      Optional<Path> tokenizer,
      int samples,
      int batchSize,
      int sequenceLength,
      long seed) {
    this(
        data.map(DataSpec::of),
        tokenizer,
        Amount.of(samples),
        batchSize,
        sequenceLength,
        seed,
        Optional.empty(),
        Optional.empty(),
        Shard.WHOLE,
        FormatOptions.DEFAULT,
        Purpose.EVALUATION,
        Optional.empty());
  }

  /** A request for so many samples in all detail. */
  public DataRequest(
      Optional<DataSpec> data,
      Optional<Path> tokenizer,
      int samples,
      int batchSize,
      int sequenceLength,
      long seed,
      Optional<Task> task,
      Optional<Boolean> shuffle,
      Shard shard,
      FormatOptions format,
      Purpose purpose) {
    this(
        data,
        tokenizer,
        Amount.of(samples),
        batchSize,
        sequenceLength,
        seed,
        task,
        shuffle,
        shard,
        format,
        purpose,
        Optional.empty());
  }

  /** A request without data: inputs are made from the model's signature. */
  public static DataRequest synthetic(int samples, int batchSize, int sequenceLength, long seed) {
    return new DataRequest(
        Optional.empty(), Optional.empty(), samples, batchSize, sequenceLength, seed);
  }

  /** The same for {@code task}. */
  public DataRequest as(Task asked) {
    return edited(draft -> draft.task = Optional.of(asked));
  }

  /** The same options over other data. */
  public DataRequest on(
      Optional<DataSpec> other, Amount most, long otherSeed, Shard part, Purpose use) {
    return edited(
        draft -> {
          draft.data = other;
          draft.amount = most;
          draft.seed = otherSeed;
          draft.shard = part;
          draft.purpose = use;
          draft.apartFrom = Optional.empty();
        });
  }

  /** The same options over part {@code part} of {@code parts} disjoint parts of the data. */
  public DataRequest part(int part, int parts) {
    return edited(draft -> draft.shard = shard.part(part, parts));
  }

  /** The same options over some of {@code parts} disjoint parts of the data, which is undivided. */
  public DataRequest parts(int first, int many, int parts) {
    return edited(draft -> draft.shard = shard.parts(first, many, parts));
  }

  /** The same apart from {@code evaluated} samples of the same data, if there are enough others. */
  public DataRequest apartFrom(Optional<Amount> evaluated) {
    return edited(draft -> draft.apartFrom = evaluated);
  }

  /** The same with {@code rows} a run, at least 1, unless the model fixes its batch. */
  public DataRequest withBatchSize(int rows) {
    return edited(draft -> draft.batchSize = rows);
  }

  /** The same with data read in another way. */
  public DataRequest with(FormatOptions options) {
    return edited(draft -> draft.format = options);
  }

  /** The same with at most {@code length} tokens a sample where the model leaves it open. */
  public DataRequest withSequenceLength(int length) {
    return edited(draft -> draft.sequenceLength = length);
  }

  private DataRequest edited(Consumer<Draft> edit) {
    Draft draft = new Draft(this);
    edit.accept(draft);
    return draft.request();
  }

  /** A copy that is being changed. */
  private static final class Draft {
    private Optional<DataSpec> data;
    private Optional<Path> tokenizer;
    private Amount amount;
    private int batchSize;
    private int sequenceLength;
    private long seed;
    private Optional<Task> task;
    private Optional<Boolean> shuffle;
    private Shard shard;
    private FormatOptions format;
    private Purpose purpose;
    private Optional<Amount> apartFrom;

    Draft(DataRequest from) {
      data = from.data;
      tokenizer = from.tokenizer;
      amount = from.amount;
      batchSize = from.batchSize;
      sequenceLength = from.sequenceLength;
      seed = from.seed;
      task = from.task;
      shuffle = from.shuffle;
      shard = from.shard;
      format = from.format;
      purpose = from.purpose;
      apartFrom = from.apartFrom;
    }

    DataRequest request() {
      return new DataRequest(
          data,
          tokenizer,
          amount,
          batchSize,
          sequenceLength,
          seed,
          task,
          shuffle,
          shard,
          format,
          purpose,
          apartFrom);
    }
  }

  /** Refuses a count below 1. */
  static void requirePositive(String what, int value) {
    if (value < 1) {
      throw DataException.doing("preparing data")
          .expected(what + " of at least 1")
          .found(Integer.toString(value))
          .fix("Ask for one or more.");
    }
  }
}

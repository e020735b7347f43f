package dev.tailgate.data;

import dev.tailgate.engine.tensor.DataException;
import java.nio.file.Path;
import java.util.Optional;

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
    return new DataRequest(
        data,
        tokenizer,
        amount,
        batchSize,
        sequenceLength,
        seed,
        Optional.of(asked),
        shuffle,
        shard,
        format,
        purpose,
        apartFrom);
  }

  /** The same options over other data. */
  public DataRequest on(
      Optional<DataSpec> other, Amount most, long otherSeed, Shard part, Purpose use) {
    return new DataRequest(
        other,
        tokenizer,
        most,
        batchSize,
        sequenceLength,
        otherSeed,
        task,
        shuffle,
        part,
        format,
        use,
        Optional.empty());
  }

  /** The same options over part {@code part} of {@code parts} disjoint parts of the data. */
  public DataRequest part(int part, int parts) {
    return new DataRequest(
        data,
        tokenizer,
        amount,
        batchSize,
        sequenceLength,
        seed,
        task,
        shuffle,
        shard.part(part, parts),
        format,
        purpose,
        apartFrom);
  }

  /** The same apart from {@code evaluated} samples of the same data, if there are enough others. */
  public DataRequest apartFrom(Optional<Amount> evaluated) {
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
        evaluated);
  }

  /** The same with data read in another way. */
  public DataRequest with(FormatOptions options) {
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
        options,
        purpose,
        apartFrom);
  }

  /** The same with at most {@code length} tokens a sample where the model leaves it open. */
  public DataRequest withSequenceLength(int length) {
    return new DataRequest(
        data, tokenizer, amount, batchSize, length, seed, task, shuffle, shard, format, purpose,
        apartFrom);
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw DataException.doing("preparing data")
          .expected(what + " of at least 1")
          .found(Integer.toString(value))
          .fix("Ask for one or more.");
    }
  }
}

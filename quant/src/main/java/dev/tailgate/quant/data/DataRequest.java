package dev.tailgate.quant.data;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which samples to make or read, and how many at a time.
 *
 * @param data file or folder to read; empty makes inputs from the model's signature
 * @param tokenizer a {@code tokenizer.json} for text; empty looks beside the data and the model
 * @param samples the most samples to yield, at least 1
 * @param batchSize samples a batch, at least 1, unless the model fixes its batch
 * @param sequenceLength tokens a sample, at least 1, where the model leaves it open
 * @param seed seed of everything random
 * @param task overrides the task that is otherwise inferred from model and data
 */
public record DataRequest(
    Optional<Path> data,
    Optional<Path> tokenizer,
    int samples,
    int batchSize,
    int sequenceLength,
    long seed,
    Optional<Task> task) {
  /** Refuses counts below 1. */
  public DataRequest {
    requirePositive("samples", samples);
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
    this(data, tokenizer, samples, batchSize, sequenceLength, seed, Optional.empty());
  }

  /** A request without data: inputs are made from the model's signature. */
  public static DataRequest synthetic(int samples, int batchSize, int sequenceLength, long seed) {
    return new DataRequest(
        Optional.empty(), Optional.empty(), samples, batchSize, sequenceLength, seed);
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

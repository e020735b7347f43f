package dev.tailgate.lab;

import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.model.hopfield.Memory;
import dev.tailgate.model.hopfield.Separation;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.quant.measure.RunProgress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What experiments work with: seeds, the graphs of memories, each opened once, and patterns of real
 * data.
 */
public final class Laboratory implements AutoCloseable {
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final long seed;
  private final Optional<PatternFile> file;
  private final RunnerOptions options;
  private final RunProgress progress;
  private final Map<Memory, OpenMemory> memories = new LinkedHashMap<>();
  private Optional<Patterns> drawn = Optional.empty();
  private double difference;

  /**
   * Opens it.
   *
   * @param file data of the user
   */
  Laboratory(long seed, Optional<PatternFile> file, RunnerOptions options, RunProgress progress) {
    this.seed = seed;
    this.file = file;
    this.options = options;
    this.progress = progress;
  }

  /** Random numbers of their own for a purpose. */
  public SplittableRandom random(String purpose) {
    return new SplittableRandom((seed + 1) * SPREAD ^ purpose.hashCode() * (SPREAD >>> 7));
  }

  /** The seed of all. */
  public long seed() {
    return seed;
  }

  /** Where and how graphs run. */
  public RunnerOptions options() {
    return options;
  }

  /** Hears how far it is. */
  public RunProgress progress() {
    return progress;
  }

  /** Data of the user, or else digits that are drawn. */
  public Patterns patterns() {
    return file.map(PatternFile::patterns).orElseGet(this::digits);
  }

  private Patterns digits() {
    Patterns digits = drawn.orElseGet(() -> DrawnDigits.patterns(random("digits")));
    drawn = Optional.of(digits);
    return digits;
  }

  /** Bags of the user. */
  Optional<Bags> bags() {
    return file.flatMap(PatternFile::bags);
  }

  /** A memory in doubles, open until the laboratory closes. */
  public OpenMemory memory(Separation separation, int steps) {
    return memory(new Memory(separation, steps, ElementType.DOUBLE));
  }

  /** A memory, open until the laboratory closes. */
  public OpenMemory memory(Memory memory) {
    return memories.computeIfAbsent(memory, key -> new OpenMemory(key, options));
  }

  /** Notes how far a graph is from doubles. */
  void differs(double by) {
    difference = Math.max(difference, by);
  }

  /** The largest difference since this was asked last. */
  double difference() {
    double largest = difference;
    difference = 0;
    return largest;
  }

  @Override
  public void close() {
    memories.values().forEach(OpenMemory::close);
  }
}

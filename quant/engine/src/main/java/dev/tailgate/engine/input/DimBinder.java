package dev.tailgate.engine.input;

import dev.tailgate.onnx.ir.Dim;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Gives open dimensions a size. A name has one size wherever it appears; sums such as {@code
 * past_sequence_length + sequence_length} are evaluated; dimensions without a telling name go by
 * their place: the first is the batch, the second of two or three the sequence.
 */
final class DimBinder {
  private static final long IMAGE_CHANNELS = 3;
  private static final int IMAGE_SIDE = 224;

  /** For dimensions about which nothing is known; small, because several may be multiplied. */
  private static final long SMALL = 4;

  private final long batch;
  private final long sequence;
  private final long past;
  private final long side;
  private final Map<String, Long> bound = new HashMap<>();
  private final Set<String> batchNames = new HashSet<>();
  private final Set<String> given = new HashSet<>();

  DimBinder(long batch, long sequence, long past, OptionalInt side) {
    this.side = side.orElse(IMAGE_SIDE);
    this.batch = batch;
    this.sequence = sequence;
    this.past = past;
  }

  /** Makes {@code name} the batch dimension, whatever it is called. */
  void bindBatch(String name) {
    bound.put(name, batch);
    batchNames.add(name);
  }

  /** Makes {@code name} the sequence dimension, whatever it is called. */
  void bindSequence(String name) {
    bound.put(name, sequence);
  }

  /** Binds what an array of the data says; what was bound before stays. */
  void bindGiven(String name, long size) {
    bound.putIfAbsent(name, size);
    given.add(name);
  }

  /** Tokens a sample. */
  long sequence() {
    return sequence;
  }

  /** Whether an array of the data says how long the dimension is. */
  boolean isGiven(Dim dim) {
    return dim instanceof Dim.Symbolic symbolic && given.contains(symbolic.name());
  }

  /** Whether the dimension counts samples. */
  boolean isBatch(Dim dim, int axis) {
    if (dim instanceof Dim.Symbolic symbolic) {
      String name = symbolic.name();
      // "batch_size_plus_1" and "batch*heads" count something else.
      return batchNames.contains(name)
          || name.toLowerCase(Locale.ROOT).matches("n|b|batch(_?size)?");
    }
    return dim instanceof Dim.Unknown && axis == 0;
  }

  /** The size of {@code dim}, axis {@code axis} of {@code rank}. */
  long size(Dim dim, int axis, int rank) {
    if (dim instanceof Dim.Known known) {
      return known.size();
    }
    if (dim instanceof Dim.Symbolic symbolic) {
      return bound.computeIfAbsent(symbolic.name(), name -> sum(name, axis, rank));
    }
    return byPlace(axis, rank);
  }

  private long sum(String name, int axis, int rank) {
    long total = 0;
    for (String term : name.split("\\+", -1)) {
      total += term(term.strip(), axis, rank);
    }
    return total;
  }

  private long term(String term, int axis, int rank) {
    if (term.matches("\\d{1,9}")) {
      return Long.parseLong(term);
    }
    Long known = bound.get(term);
    if (known != null) {
      return known;
    }
    String name = term.toLowerCase(Locale.ROOT);
    if (name.contains("past")) {
      return past;
    }
    if (name.contains("batch")) {
      return name.contains("plus_1") ? batch + 1 : batch;
    }
    if (name.contains("beam")) {
      return 1;
    }
    if (name.contains("total") || name.contains("present")) {
      return past + sequence;
    }
    if (name.contains("seq") || name.contains("len") || name.contains("token")) {
      return sequence;
    }
    if (name.contains("channel")) {
      return IMAGE_CHANNELS;
    }
    return name.contains("height") || name.contains("width") ? side : byPlace(axis, rank);
  }

  private long byPlace(int axis, int rank) {
    if (axis == 0) {
      return batch;
    }
    if (rank == 4) {
      return axis == 1 ? IMAGE_CHANNELS : side;
    }
    return axis == 1 && rank <= 3 ? sequence : SMALL;
  }
}

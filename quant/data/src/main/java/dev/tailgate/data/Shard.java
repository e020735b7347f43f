package dev.tailgate.data;

import dev.tailgate.engine.tensor.DataException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Some of {@code count} disjoint parts of a data set: the samples whose index leaves {@code index},
 * {@code index + stride}, ... when divided by {@code count}. All parts together are the whole,
 * whatever the seed.
 *
 * @param index from 0, below {@code count}
 * @param width how many parts, at least 1
 * @param stride between their indices, at least 1
 */
public record Shard(int index, int count, int width, int stride) {
  /** All samples. */
  public static final Shard WHOLE = new Shard(0, 1);

  private static final Pattern FORM = Pattern.compile("(\\d{1,9})/(\\d{1,9})");

  /** Refuses parts that do not exist. */
  public Shard {
    if (count < 1 || index < 0 || index >= count) {
      throw DataException.doing("choosing a part of the data")
          .expected("an index in [0, " + Math.max(count, 1) + ") and a count of at least 1")
          .found(index + "/" + count)
          .fix("Write 0/4, 1/4, 2/4 and 3/4 for the four quarters.");
    }
    if (width < 1 || stride < 1 || index + (long) stride * (width - 1) >= count) {
      throw new IllegalArgumentException(
          width + " parts from " + index + " on, every " + stride + ", of " + count);
    }
  }

  /** One part. */
  public Shard(int index, int count) {
    this(index, count, 1, 1);
  }

  /** Reads {@code I/N}, I from 0. */
  public static Shard parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("expected I/N such as 0/4, found " + text);
    }
    return new Shard(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** How many of {@code size} samples are in this part. */
  public long size(long size) {
    long left = size % count - index;
    long begun = left <= 0 ? 0 : Math.min(width, (left + stride - 1) / stride);
    return size / count * width + begun;
  }

  /** The index in the whole data set of sample {@code k} of this part. */
  public long whole(long k) {
    return k / width * count + index + k % width * stride;
  }

  /** Part {@code part} of {@code parts} disjoint parts of this part. */
  public Shard part(int part, int parts) {
    return new Shard(index + count * part, Math.multiplyExact(count, parts), width, stride);
  }

  /**
   * Parts {@code first} to {@code first + many - 1} of {@code parts} disjoint parts of this one,
   * each as {@link #part} has it.
   *
   * @throws IllegalArgumentException where this is more than one part already
   */
  public Shard parts(int first, int many, int parts) {
    if (width != 1) {
      throw new IllegalArgumentException("Several parts are not divided into several again");
    }
    return new Shard(index + count * first, Math.multiplyExact(count, parts), many, count);
  }

  /** For example {@code part 0/4}, or {@code parts 0 to 2 of 4}; empty for the whole. */
  public String inWords() {
    if (count == 1) {
      return "";
    }
    if (width == 1) {
      return "part " + index + "/" + count;
    }
    return stride == 1
        ? "parts " + index + " to " + (index + width - 1) + " of " + count
        : width + " parts from " + index + " on of " + count + ", every " + stride;
  }
}

package dev.tailgate.data;

import dev.tailgate.engine.tensor.DataException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of {@code count} disjoint parts of a data set: the samples whose index leaves {@code index}
 * when divided by {@code count}. Together the parts are the whole, whatever the seed.
 *
 * @param index from 0, below {@code count}
 */
public record Shard(int index, int count) {
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
    return size / count + (index < size % count ? 1 : 0);
  }

  /** The index in the whole data set of sample {@code k} of this part. */
  public long whole(long k) {
    return k * count + index;
  }

  /** Part {@code part} of {@code parts} disjoint parts of this part. */
  public Shard part(int part, int parts) {
    return new Shard(index + count * part, Math.multiplyExact(count, parts));
  }
}

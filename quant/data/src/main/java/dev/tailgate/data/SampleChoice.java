package dev.tailgate.data;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * Which samples of a set are read. They are drawn by seed, unless the first ones are asked for or
 * all are taken, which come in their own order. Samples for calibration are those behind the ones
 * that are evaluated, in the order drawn, where there are {@link #ENOUGH} or as many as wanted; and
 * otherwise among them.
 *
 * @param indices rows in the order in which they are read
 * @param wanted rows that were asked for, which may be more than there are
 * @param taken samples that were chosen
 * @param size samples of the whole set
 * @param others samples of the part asked for that were not chosen
 * @param group rows of a sample
 * @param words how they were chosen, for the report
 */
@SuppressWarnings("ArrayRecordComponent") // read once, by who asked for it
public record SampleChoice(
    long[] indices, long wanted, long taken, long size, long others, int group, String words) {
  /** Samples that suffice to find ranges on. */
  static final int ENOUGH = 64;

  /**
   * Chooses.
   *
   * @param rows in all
   * @param group rows of a sample
   * @param batch rows by which the choice may be larger, so that the last batch is full
   * @param each asked where the request has a budget
   */
  public static SampleChoice of(
      long rows, int group, int batch, DataRequest request, Amount.SampleSize each) {
    long size = rows / group;
    Shard shard = request.shard();
    long available = shard.size(size);
    long asked = Math.min(available, request.amount().samples(group, each));
    long most = Math.min(available, asked + (batch - 1 + group - 1) / group);
    long evaluated =
        request.apartFrom().map(a -> Math.min(available, a.samples(group, each))).orElse(0L);
    boolean isApart = evaluated > 0 && suffice(available - evaluated, asked);
    long skipped = isApart ? evaluated : 0;
    long count = Math.min(most, available - skipped);
    boolean isPart = count < available;
    // Running estimators forget what comes first, and files may be sorted.
    boolean isDrawn =
        request.shuffle().orElse(isPart || request.purpose() == DataRequest.Purpose.CALIBRATION);
    long[] order = SampleOrder.choose(size, skipped + count, isDrawn, request.seed(), shard);
    long[] chosen = Arrays.copyOfRange(order, Math.toIntExact(skipped), order.length);
    String apart =
        evaluated == 0
            ? ""
            : isApart ? ", none of them evaluated" : ", which are among the evaluated ones";
    return new SampleChoice(
        rows(chosen, group),
        asked * group,
        chosen.length,
        size,
        available - chosen.length,
        group,
        words(request, isDrawn, isPart) + apart);
  }

  /** Whether {@code others} samples are enough where {@code asked} are wanted for calibration. */
  public static boolean suffice(long others, long asked) {
    return others >= Math.min(asked, ENOUGH);
  }

  private static String words(DataRequest request, boolean isDrawn, boolean isPart) {
    String shard = request.shard().inWords();
    String part = shard.isEmpty() ? "" : ", " + shard;
    String how = !isPart ? "" : isDrawn ? ", drawn by seed " + request.seed() : ", the first ones";
    return part + how;
  }

  private static long[] rows(long[] samples, int group) {
    return group == 1
        ? samples
        : Arrays.stream(samples)
            .flatMap(g -> LongStream.range(g * group, g * group + group))
            .toArray();
  }

  /**
   * How many of how many, such as {@code 1379 of 1379 pairs}, when {@code rows} of them are run.
   */
  public String inWords(long rows) {
    return String.format(
        Locale.ROOT, "%d of %d %s%s", rows / group, size, group == 2 ? "pairs" : "samples", words);
  }
}

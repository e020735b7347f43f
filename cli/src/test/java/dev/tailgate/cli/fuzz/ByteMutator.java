package dev.tailgate.cli.fuzz;

import java.util.Arrays;
import java.util.Random;

/** Knows nothing of the format: flips, cuts, repeats and drops bytes. */
final class ByteMutator implements Mutator {
  @Override
  public byte[] mutate(byte[] file, Random random) {
    byte[] bytes = file.clone();
    for (int times = 1 + random.nextInt(4); times > 0 && bytes.length > 0; times--) {
      bytes = once(bytes, random);
    }
    return bytes;
  }

  private static byte[] once(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length);
    int length = Math.min(bytes.length - at, 1 + random.nextInt(16));
    return switch (random.nextInt(8)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> join(bytes, at, at + length, at + length);
      case 2 -> join(bytes, at + length, at, bytes.length);
      case 3 -> filled(bytes, at, length, random.nextBoolean() ? 0 : 0xFF);
      default -> filled(bytes, at, 1, random.nextInt(256));
    };
  }

  /** {@code [0, end)} and then {@code [from, length)}, which repeats or drops what is between. */
  private static byte[] join(byte[] bytes, int end, int from, int stop) {
    int rest = Math.max(bytes.length, stop) - from;
    byte[] joined = Arrays.copyOf(bytes, end + rest);
    System.arraycopy(bytes, from, joined, end, rest);
    return joined;
  }

  private static byte[] filled(byte[] bytes, int at, int length, int value) {
    Arrays.fill(bytes, at, at + length, (byte) value);
    return bytes;
  }
}

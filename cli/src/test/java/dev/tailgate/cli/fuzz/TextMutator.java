package dev.tailgate.cli.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Knows words, numbers and marks: tables, YAML, headers of arrays, JSON that is broken. */
final class TextMutator implements Mutator {
  private static final Pattern TOKENS = Pattern.compile("\\w+|\\s+|[^\\w\\s]");

  @Override
  public byte[] mutate(byte[] file, Random random) {
    // One character a byte and back: what is not text comes through unharmed.
    List<String> tokens = tokens(new String(file, StandardCharsets.ISO_8859_1));
    for (int times = 1 + random.nextInt(3); times > 0 && !tokens.isEmpty(); times--) {
      once(tokens, random);
    }
    return String.join("", tokens).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    for (Matcher next = TOKENS.matcher(text); next.find(); ) {
      tokens.add(next.group());
    }
    return tokens;
  }

  private static void once(List<String> tokens, Random random) {
    int at = random.nextInt(tokens.size());
    int other = random.nextInt(tokens.size());
    switch (random.nextInt(7)) {
      case 0 -> tokens.remove(at);
      case 1 -> tokens.add(at, tokens.get(other));
      case 2 -> tokens.set(at, tokens.set(other, tokens.get(at)));
      case 3 -> tokens.set(at, Long.toString(Extremes.ofLong(random, number(tokens.get(at)))));
      case 4 -> tokens.set(at, Double.toString(Extremes.ofReal(random, number(tokens.get(at)))));
      case 5 -> tokens.subList(Math.min(at, other), Math.max(at, other)).clear();
      default -> tokens.set(at, utf8(Extremes.ofText(random, tokens.get(at))));
    }
  }

  private static String utf8(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static int number(String token) {
    try {
      return Integer.parseInt(token);
    } catch (NumberFormatException e) {
      return 1;
    }
  }
}

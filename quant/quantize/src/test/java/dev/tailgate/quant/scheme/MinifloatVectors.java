package dev.tailgate.quant.scheme;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What ml_dtypes knows of one format: the number of every code, and the codes of values. Written by
 * {@code testdata/recipes/minifloat_vectors.py}.
 */
public record MinifloatVectors(List<Double> numbers, List<Cast> casts) {
  private static final Map<String, MinifloatVectors> ALL = read();

  /** A value, its code in ml_dtypes, and its code after clipping to the largest number. */
  public record Cast(float value, int code, int saturated) {}

  /** Those of a format, by its label. */
  public static MinifloatVectors of(String label) {
    return Objects.requireNonNull(ALL.get(label.substring(label.indexOf('-') + 1)), label);
  }

  /** All of them, by exponent and mantissa bits, for example {@code e4m3}. */
  public static Map<String, MinifloatVectors> all() {
    return ALL;
  }

  private static Map<String, MinifloatVectors> read() {
    Map<String, MinifloatVectors> all = new LinkedHashMap<>();
    MinifloatVectors current = new MinifloatVectors(List.of(), List.of());
    for (String line : text().split("\n", -1)) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "format" -> {
          current = new MinifloatVectors(new ArrayList<>(), new ArrayList<>());
          all.put(words[1], current);
        }
        case "code" -> current.numbers.add(number(words[2]));
        case "cast" -> {
          float value = Float.intBitsToFloat(Integer.parseUnsignedInt(words[1], 16));
          current.casts.add(new Cast(value, code(words[2]), code(words[words.length - 1])));
        }
        default -> {
          // The end of the file.
        }
      }
    }
    return all;
  }

  private static String text() {
    try (InputStream in =
        Objects.requireNonNull(
            MinifloatVectors.class.getResourceAsStream("minifloat_vectors.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int code(String hex) {
    return Integer.parseInt(hex, 16);
  }

  private static double number(String text) {
    String java = text.toLowerCase(Locale.ROOT).replace("nan", "NaN").replace("inf", "Infinity");
    return Double.parseDouble(java);
  }

  /** The largest number. */
  public double largest() {
    return numbers.stream().filter(Double::isFinite).mapToDouble(x -> x).max().orElseThrow();
  }

  /** The nearest number, found by search; of two the one with an even code; saturating. */
  public double nearest(double x) {
    double magnitude = Math.min(Math.abs(x), largest());
    int best = 0;
    for (int code = 1; code < numbers.size() / 2; code++) {
      double here = Math.abs(numbers.get(code) - magnitude);
      double before = Math.abs(numbers.get(best) - magnitude);
      if (here < before || (here == before && code % 2 == 0)) {
        best = code;
      }
    }
    return Math.copySign(numbers.get(best), x);
  }
}

package dev.tailgate.quant.encodings;

import dev.tailgate.engine.tensor.DataException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** One entry of a file, as it was found, with refusals that say where it is. */
final class EncodingEntry {
  private final String file;
  private final String place;
  private final Map<String, String> texts = new HashMap<>();
  private final Map<String, Boolean> flags = new HashMap<>();
  private final Map<String, double[]> numbers = new HashMap<>();
  private final Map<String, String> others = new HashMap<>();

  EncodingEntry(String file, String place) {
    this.file = file;
    this.place = place;
  }

  void put(String field, String text) {
    texts.put(field, text);
  }

  void put(String field, boolean flag) {
    flags.put(field, flag);
  }

  void put(String field, double[] values) {
    numbers.put(field, values);
  }

  /** Notes a field of another form. */
  void putOther(String field, String found) {
    others.put(field, found);
  }

  boolean has(String field) {
    return texts.containsKey(field)
        || flags.containsKey(field)
        || numbers.containsKey(field)
        || others.containsKey(field);
  }

  /** The tensor's name in this field. */
  String text(String field) {
    return Optional.ofNullable(texts.get(field)).orElseThrow(() -> missing(field, "a text"));
  }

  boolean flag(String field) {
    return Optional.ofNullable(flags.get(field)).orElseThrow(() -> missing(field, "true or false"));
  }

  private double[] numbers(String field) {
    return Optional.ofNullable(numbers.get(field))
        .orElseThrow(() -> missing(field, "a number or a list of numbers"));
  }

  /** Scales as float32, at least one. */
  float[] scales(String field) {
    double[] found = numbers(field);
    float[] scales = new float[found.length];
    for (int i = 0; i < found.length; i++) {
      scales[i] = (float) found[i];
      if (!(scales[i] > 0) || Float.isInfinite(scales[i])) {
        throw refused("positive, finite float32 numbers as " + field, Double.toString(found[i]));
      }
    }
    if (scales.length == 0) {
      throw refused("at least one number as " + field, "none");
    }
    return scales;
  }

  /** {@code count} integers of at most 32 bits. */
  int[] integers(String field, int count) {
    int[] integers = integers(field);
    if (integers.length != count) {
      throw refused(count + " numbers as " + field, Integer.toString(integers.length));
    }
    return integers;
  }

  int[] integers(String field) {
    double[] found = numbers(field);
    int[] integers = new int[found.length];
    for (int i = 0; i < found.length; i++) {
      integers[i] = (int) found[i];
      if (integers[i] != found[i]) {
        throw refused("32-bit integers as " + field, Double.toString(found[i]));
      }
    }
    return integers;
  }

  int integer(String field) {
    return integers(field, 1)[0];
  }

  private DataException missing(String field, String what) {
    return refused(what + " as " + field, found(field));
  }

  private String found(String field) {
    if (texts.containsKey(field)) {
      return "the text '" + texts.get(field) + "'";
    }
    if (flags.containsKey(field)) {
      return String.valueOf(flags.get(field));
    }
    if (numbers.containsKey(field)) {
      return numbers.get(field).length == 1
          ? Double.toString(numbers.get(field)[0])
          : "a list of numbers";
    }
    return others.getOrDefault(field, "no such field");
  }

  /** A refusal of this entry. */
  DataException refused(String expected, String found) {
    String name = texts.getOrDefault("name", texts.getOrDefault("tensor", ""));
    return DataException.doing("reading encodings")
        .expected(expected)
        .found(found)
        .where(file + ", " + place + (name.isEmpty() ? "" : ", tensor " + name))
        .fix("Export the encodings again, or correct that entry.");
  }
}

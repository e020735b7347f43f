package dev.tailgate.onnx.ir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * In which opsets each standard operator exists, and how many inputs and outputs it takes there;
 * generated from the operator schemas of ONNX.
 */
public final class OperatorTable {
  private static final Map<String, NavigableMap<Integer, Optional<Arity>>> VERSIONS = load();

  private OperatorTable() {}

  /**
   * How many of something a node may have.
   *
   * @param fewest at least this many, omitted ones before the last included
   * @param most at most this many
   */
  record Range(int fewest, int most) {
    /** For example {@code 2 inputs}, {@code 1 to 3 inputs}, {@code 1 input or more}. */
    String words(String noun) {
      String last = most == 1 ? noun : noun + "s";
      if (most == Integer.MAX_VALUE) {
        return fewest + " " + (fewest == 1 ? noun : noun + "s") + " or more";
      }
      return fewest == most ? most + " " + last : fewest + " to " + most + " " + last;
    }

    private static Range of(String text) {
      String[] ends = text.split("-", 2);
      int most = ends[1].equals("*") ? Integer.MAX_VALUE : Integer.parseInt(ends[1]);
      return new Range(Integer.parseInt(ends[0]), most);
    }
  }

  /** How many inputs and outputs an operator takes. */
  record Arity(Range inputs, Range outputs) {
    private static Arity of(String text) {
      String[] sides = text.split("/", 2);
      return new Arity(Range.of(sides[0]), Range.of(sides[1]));
    }
  }

  /**
   * The opset in which the definition of {@code op} that is in force at {@code opset} appeared;
   * empty where the operator does not exist (yet, or any more).
   */
  public static Optional<Integer> definition(String op, int opset) {
    return entry(op, opset).filter(e -> e.getValue().isPresent()).map(Map.Entry::getKey);
  }

  /** The numbers of inputs and outputs; empty where the operator does not exist. */
  static Optional<Arity> arity(String op, int opset) {
    return entry(op, opset).flatMap(Map.Entry::getValue);
  }

  private static Optional<Map.Entry<Integer, Optional<Arity>>> entry(String op, int opset) {
    return Optional.ofNullable(VERSIONS.get(op))
        .flatMap(versions -> Optional.ofNullable(versions.floorEntry(opset)));
  }

  private static Map<String, NavigableMap<Integer, Optional<Arity>>> load() {
    Map<String, NavigableMap<Integer, Optional<Arity>>> table = new HashMap<>();
    try (InputStream in = OperatorTable.class.getResourceAsStream("operator-versions.txt")) {
      if (in == null) {
        throw new IllegalStateException("operator-versions.txt is missing from the build");
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          String[] words = line.split(" ", -1);
          NavigableMap<Integer, Optional<Arity>> versions = new TreeMap<>();
          for (int i = 1; i < words.length; i++) {
            String[] parts = words[i].split(":", 2);
            versions.put(
                Integer.parseInt(parts[0].replace("-", "")),
                parts.length == 1 ? Optional.empty() : Optional.of(Arity.of(parts[1])));
          }
          table.put(words[0], versions);
        }
      }
      return table;
    } catch (IOException e) {
      throw new UncheckedIOException("Reading the operator table", e);
    }
  }
}

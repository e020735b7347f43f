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

/** In which opsets each standard operator exists; generated from the operator schemas of ONNX. */
public final class OperatorTable {
  private static final Map<String, NavigableMap<Integer, Boolean>> VERSIONS = load();

  private OperatorTable() {}

  /**
   * The opset in which the definition of {@code op} that is in force at {@code opset} appeared;
   * empty where the operator does not exist (yet, or any more).
   */
  public static Optional<Integer> definition(String op, int opset) {
    NavigableMap<Integer, Boolean> versions = VERSIONS.get(op);
    if (versions == null) {
      return Optional.empty();
    }
    Map.Entry<Integer, Boolean> entry = versions.floorEntry(opset);
    return entry == null || !entry.getValue() ? Optional.empty() : Optional.of(entry.getKey());
  }

  private static Map<String, NavigableMap<Integer, Boolean>> load() {
    Map<String, NavigableMap<Integer, Boolean>> table = new HashMap<>();
    try (InputStream in = OperatorTable.class.getResourceAsStream("operator-versions.txt")) {
      if (in == null) {
        throw new IllegalStateException("operator-versions.txt is missing from the build");
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          String[] words = line.split(" ", -1);
          NavigableMap<Integer, Boolean> versions = new TreeMap<>();
          for (int i = 1; i < words.length; i++) {
            boolean removed = words[i].endsWith("-");
            versions.put(Integer.parseInt(words[i].replace("-", "")), !removed);
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

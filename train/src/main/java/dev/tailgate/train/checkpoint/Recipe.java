package dev.tailgate.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tailgate.onnx.ir.Printable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that the bits of a training follow from, each under a word: hashes of model, teacher and
 * data, losses, optimiser, schedule, seed, threads, versions. Two trainings of one recipe are the
 * same.
 *
 * @param parts by word, in the order in which they are told
 */
public record Recipe(Map<String, String> parts) {
  private static final int SHOWN = 90;
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /** Copies the map, whose order stays. */
  public Recipe {
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  /** What differs, such as {@code seed: 1 here, 0 there}. */
  public List<String> differences(Recipe other) {
    Set<String> words = new LinkedHashSet<>(parts.keySet());
    words.addAll(other.parts.keySet());
    List<String> differences = new ArrayList<>();
    for (String word : words) {
      Optional<String> here = Optional.ofNullable(parts.get(word));
      Optional<String> there = Optional.ofNullable(other.parts.get(word));
      if (!here.equals(there)) {
        differences.add(word + ": " + shown(here) + " here, " + shown(there) + " there");
      }
    }
    return differences;
  }

  /** Hashes are told by their first digits. */
  private static String shown(Optional<String> value) {
    String words = value.orElse("nothing");
    return Printable.of(words.length() > SHOWN ? words.substring(0, SHOWN) + "..." : words);
  }

  String json() {
    try {
      return JSON.writeValueAsString(parts);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Recipe parse(String json) {
    try {
      return new Recipe(
          JSON.readValue(json, new TypeReference<LinkedHashMap<String, String>>() {}));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no recipe of a training", e);
    }
  }
}

package dev.tailgate.data.text.shape;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a {@code tokenizer.json} has the form that published models have: known steps with known
 * fields, references that lead somewhere, expressions off a list, and bounded lengths. The library
 * that reads such files ends the process on many that have another form, and needs memory or time
 * without bound on others; what is odd must run where it can do no harm.
 *
 * <p>A list of what is fine, not of what is not: a form that is new is odd. Source of the forms:
 * the {@code tokenizers} library, version "1.0" of its file.
 */
public final class TokenizerShape {
  /** Names of fields are tokens of a vocabulary, of which none comes twice. */
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  private static final int MOST_ADDED = 1 << 16;
  private static final long MOST_TOKENS = 1 << 20;

  private TokenizerShape() {}

  /**
   * The first field that is odd and what it holds, for example {@code post_processor.single[0], a
   * token '[NO]' that special_tokens lacks}; empty where there is none.
   *
   * @throws IOException where the file cannot be read
   */
  public static Optional<String> oddity(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path);
        JsonParser json = JSON.createParser(in)) {
      check(json);
      return Optional.empty();
    } catch (OddShape e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (JsonProcessingException e) {
      return Optional.of("the file, " + e.getOriginalMessage());
    }
  }

  private static void check(JsonParser json) throws IOException, OddShape {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new OddShape("the file", "no object");
    }
    ModelShape model = new ModelShape();
    Set<String> names = new HashSet<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      if (!names.add(name)) {
        throw new OddShape(name, "the field twice");
      }
      json.nextToken();
      switch (name) {
        case "version" -> new Part(name, value(json)).oneOf(Set.of("1.0"));
        case "truncation" -> truncation(new Part(name, value(json)));
        case "padding" -> padding(new Part(name, value(json)));
        case "added_tokens" -> added(new Part(name, value(json)));
        case "normalizer" -> StepShapes.normalizer(new Part(name, value(json)));
        case "pre_tokenizer" -> StepShapes.preTokenizer(new Part(name, value(json)));
        case "post_processor" -> FrameShapes.postProcessor(new Part(name, value(json)));
        case "decoder" -> StepShapes.decoder(new Part(name, value(json)));
        case "model" -> model.read(json);
        default -> throw new OddShape("the file", "a field '" + Part.shown(name) + "'");
      }
    }
    if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
      throw new OddShape("the file", "no end");
    }
    model.check();
  }

  private static void truncation(Part part) throws OddShape {
    if (part.isAbsent()) {
      return;
    }
    Map<String, Part> is = part.fields(Set.of("direction", "max_length", "strategy", "stride"));
    field(is, "max_length").number(1, MOST_TOKENS);
    field(is, "stride").number(0, 0);
    field(is, "strategy").oneOf(Set.of("LongestFirst", "OnlyFirst", "OnlySecond"));
    direction(is);
  }

  private static void padding(Part part) throws OddShape {
    if (part.isAbsent()) {
      return;
    }
    Map<String, Part> is =
        part.fields(
            Set.of(
                "strategy",
                "direction",
                "pad_to_multiple_of",
                "pad_id",
                "pad_type_id",
                "pad_token"));
    Part strategy = field(is, "strategy");
    if (strategy.value() instanceof String) {
      strategy.oneOf(Set.of("BatchLongest"));
    } else {
      field(strategy.fields(Set.of("Fixed")), "Fixed").number(1, MOST_TOKENS);
    }
    if (!field(is, "pad_to_multiple_of").isAbsent()) {
      field(is, "pad_to_multiple_of").number(1, 1 << 12);
    }
    field(is, "pad_id").number(0, Integer.MAX_VALUE);
    field(is, "pad_type_id").number(0, 255);
    field(is, "pad_token").text(1, 100);
    direction(is);
  }

  private static void direction(Map<String, Part> is) throws OddShape {
    if (!field(is, "direction").isAbsent()) {
      field(is, "direction").oneOf(Set.of("Left", "Right"));
    }
  }

  private static void added(Part part) throws OddShape {
    for (Part token : part.items(MOST_ADDED)) {
      Set<String> flags = Set.of("single_word", "lstrip", "rstrip", "normalized", "special");
      Set<String> known = new HashSet<>(flags);
      known.addAll(Set.of("id", "content"));
      Map<String, Part> is = token.fields(known);
      field(is, "id").number(0, Integer.MAX_VALUE);
      field(is, "content").text(1, 1000);
      for (String flag : flags) {
        field(is, flag).flag();
      }
    }
  }

  static Part field(Map<String, Part> fields, String name) {
    return fields.getOrDefault(name, new Part(name, null));
  }

  /** The value the parser stands on; what is null in an object is left out. */
  static @Nullable Object value(JsonParser json) throws IOException, OddShape {
    JsonToken token = json.currentToken();
    if (token == null) {
      throw new IOException("the file ends early");
    }
    return switch (token) {
      case START_OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        Set<String> names = new HashSet<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          json.nextToken();
          Object value = value(json);
          if (!names.add(name)) {
            throw new OddShape(Part.shown(name), "the field twice");
          }
          if (value != null) {
            map.put(name, value);
          }
        }
        yield map;
      }
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(json));
        }
        yield list;
      }
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case VALUE_NULL -> null;
      default -> json.getText();
    };
  }
}

package dev.tailgate.heal.precision;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.file.Publication;
import dev.tailgate.file.json.JsonFault;
import dev.tailgate.file.json.JsonWords;
import dev.tailgate.quant.placement.PrecisionRule;
import dev.tailgate.quant.placement.Selector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Exceptions as a JSON file.
 *
 * <pre>
 *   { "tailgate_exceptions": 1,
 *     "exclude": ["name:/encoder/layer.3/ffn_out"],
 *     "except": ["name:/encoder/layer.2/ffn_act=a16"] }
 * </pre>
 *
 * Selectors are those of the command line.
 */
public final class ExceptionsFile {
  private static final String VERSION_KEY = "tailgate_exceptions";
  private static final int VERSION = 1;
  private static final long LARGEST = 16L << 20;
  private static final JsonFactory JSON = new JsonFactory();

  private ExceptionsFile() {}

  /** Writes {@code exceptions}, replacing {@code file} in one step. */
  public static void write(Exceptions exceptions, Path file) throws IOException {
    try (Publication publication = new Publication()) {
      add(exceptions, file, publication);
      publication.publish();
    }
  }

  /** Writes {@code exceptions} as a file that is there once {@code publication} is published. */
  public static void add(Exceptions exceptions, Path file, Publication publication)
      throws IOException {
    publication.add(
        file,
        out -> {
          JsonGenerator json = JSON.createGenerator(out).useDefaultPrettyPrinter();
          json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
          json.writeStartObject();
          json.writeNumberField(VERSION_KEY, VERSION);
          write(json, "exclude", exceptions.exclude());
          write(json, "except", exceptions.ruleTexts());
          json.writeEndObject();
          json.writeRaw('\n');
          json.close();
        });
  }

  private static void write(JsonGenerator json, String key, List<String> texts) throws IOException {
    json.writeArrayFieldStart(key);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws DataException for a file that is missing or none of these
   */
  public static Exceptions read(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        throw refusal(file, "a file of " + Files.size(file) + " bytes");
      }
      List<String> exclude = new ArrayList<>();
      List<String> except = new ArrayList<>();
      if (parse(file, exclude, except) != VERSION) {
        throw refusal(file, "a file without \"" + VERSION_KEY + "\": " + VERSION);
      }
      exclude.forEach(Selector::parse);
      return new Exceptions(exclude, except.stream().map(PrecisionRule::parse).toList());
    } catch (JsonProcessingException e) {
      throw refusal(file, "at " + JsonFault.of(e).position() + " " + JsonFault.of(e).found());
    } catch (IllegalArgumentException e) {
      throw refusal(file, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw refusal(file, "no readable file");
    }
  }

  /** The version; unknown keys are passed over. */
  private static int parse(Path file, List<String> exclude, List<String> except)
      throws IOException {
    int version = 0;
    try (JsonParser json = JSON.createParser(Files.readString(file))) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw refusal(file, JsonWords.found(json));
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        json.nextToken();
        switch (key) {
          case VERSION_KEY -> version = json.getValueAsInt();
          case "exclude" -> strings(json, exclude, file, key);
          case "except" -> strings(json, except, file, key);
          default -> json.skipChildren();
        }
      }
    }
    return version;
  }

  private static void strings(JsonParser json, List<String> into, Path file, String key)
      throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw refusal(file, JsonWords.found(json) + " as " + key + " instead of a list of texts");
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_STRING) {
        String place = key + "[" + into.size() + "]";
        throw refusal(file, JsonWords.found(json) + " as " + place + " instead of a text");
      }
      into.add(json.getText());
    }
  }

  private static DataException refusal(Path file, String found) {
    return DataException.doing("reading exceptions")
        .expected("a JSON file as 'tailgate heal' writes it")
        .found(found)
        .where(String.valueOf(file.getFileName()))
        .fix("Let heal write it, or give --exclude and --except instead.");
  }
}

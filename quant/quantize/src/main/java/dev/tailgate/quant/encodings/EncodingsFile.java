package dev.tailgate.quant.encodings;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.file.Publication;
import dev.tailgate.file.json.JsonFault;
import dev.tailgate.file.json.JsonWords;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes encodings, and reads them in whichever format their content is. */
public final class EncodingsFile {
  private static final long MOST_BYTES = 1L << 30;

  private EncodingsFile() {}

  /**
   * What was read.
   *
   * @param leftOut tensors that the file has but that stay float here, with the reason
   */
  public record Content(Encodings encodings, EncodingsFormat format, List<String> leftOut) {
    /** Copies the list. */
    public Content {
      leftOut = List.copyOf(leftOut);
    }
  }

  /**
   * Writes a file: readers see the old one or the new one.
   *
   * @throws DataException for what the format cannot say
   */
  public static void write(Encodings encodings, EncodingsFormat format, Path target)
      throws IOException {
    try (Publication publication = new Publication()) {
      add(encodings, format, target, publication);
      publication.publish();
    }
  }

  /**
   * Writes a file that is there once {@code publication} is published.
   *
   * @throws DataException for what the format cannot say
   */
  public static void add(
      Encodings encodings, EncodingsFormat format, Path target, Publication publication)
      throws IOException {
    publication.add(
        target,
        out -> {
          try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            switch (format) {
              case TAILGATE -> OwnEncodings.write(encodings, json);
              case AIMET_1 -> Aimet1.write(encodings, json);
              case AIMET_2 -> Aimet2.write(encodings, json);
            }
          }
        });
  }

  /**
   * Reads a file.
   *
   * @param tensors what the model says of what the file does not
   * @throws DataException for anything that is not sound
   */
  public static Content read(Path path, ModelTensors tensors) throws IOException {
    String file = String.valueOf(path.getFileName());
    if (Files.size(path) > MOST_BYTES) {
      throw refused(file, "at most " + MOST_BYTES + " bytes", Files.size(path) + " bytes");
    }
    Map<String, String> texts = new HashMap<>();
    Map<String, List<EncodingEntry>> lists = new HashMap<>();
    Map<String, String> others = new HashMap<>();
    try (InputStream in = Files.newInputStream(path);
        JsonParser json = new JsonFactory().createParser(in)) {
      json.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw refused(file, "a JSON object", JsonWords.found(json));
      }
      EntryReader entries = new EntryReader(json, file);
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String field = json.currentName();
        JsonToken value = json.nextToken();
        if (value == JsonToken.VALUE_STRING) {
          texts.put(field, json.getText());
        } else if (value == JsonToken.START_ARRAY && !field.equals("excluded_layers")) {
          lists.put(field, entries.list(field));
        } else {
          others.put(field, JsonWords.found(json));
          json.skipChildren();
        }
      }
    } catch (JsonProcessingException e) {
      JsonFault fault = JsonFault.of(e);
      throw DataException.doing("reading encodings")
          .expected(fault.expected())
          .found(fault.found())
          .where(file + ", " + fault.position())
          .fix("Export the encodings again.", e);
    }
    texts.forEach((field, text) -> others.put(field, "the text '" + text + "'"));
    return content(new Fields(file, texts, lists, others), tensors);
  }

  /** The top level of a file; what is no list, in words, by field. */
  private record Fields(
      String file,
      Map<String, String> texts,
      Map<String, List<EncodingEntry>> lists,
      Map<String, String> others) {
    List<EncodingEntry> list(String field) {
      List<EncodingEntry> found = lists.get(field);
      if (found == null) {
        throw refused(file, "a list " + field, others.getOrDefault(field, "none"));
      }
      return found;
    }
  }

  private static Content content(Fields fields, ModelTensors tensors) {
    String file = fields.file();
    Map<String, String> texts = fields.texts();
    String version = texts.getOrDefault("version", "none");
    List<TensorEncoding> activations = new ArrayList<>();
    List<TensorEncoding> weights = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    EncodingsFormat format;
    if (OwnEncodings.FORMAT.equals(texts.get("format")) && version.equals(OwnEncodings.VERSION)) {
      format = EncodingsFormat.TAILGATE;
      fields.list("activations").forEach(e -> activations.add(OwnEncodings.read(e)));
      fields.list("weights").forEach(e -> weights.add(OwnEncodings.read(e)));
    } else if (version.equals(Aimet1.VERSION)) {
      format = EncodingsFormat.AIMET_1;
      Aimet1 aimet = new Aimet1(tensors, leftOut);
      fields.list("activation_encodings").forEach(e -> aimet.read(e).ifPresent(activations::add));
      fields.list("param_encodings").forEach(e -> aimet.read(e).ifPresent(weights::add));
    } else if (version.equals(Aimet2.VERSION)) {
      format = EncodingsFormat.AIMET_2;
      Aimet2 aimet = new Aimet2(tensors, leftOut);
      for (EncodingEntry entry : fields.list("encodings")) {
        aimet
            .read(entry)
            .ifPresent(e -> (tensors.isConstant(e.tensor()) ? weights : activations).add(e));
      }
    } else {
      throw refused(
          file,
          "AIMET encodings 1.0.0 or 2.0.0, or our own",
          "version "
              + (texts.containsKey("version")
                  ? version
                  : fields.others().getOrDefault("version", version)));
    }
    try {
      return new Content(new Encodings(activations, weights), format, leftOut);
    } catch (IllegalArgumentException e) {
      throw refused(file, "each tensor once", "'" + e.getMessage() + "'");
    }
  }

  private static DataException refused(String file, String expected, String found) {
    return DataException.doing("reading encodings")
        .expected(expected)
        .found(found)
        .where(file)
        .fix("Export the encodings again in one of these formats.");
  }
}

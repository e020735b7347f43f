package dev.tailgate.data.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * Writes the parts of a Hugging Face {@code tokenizer.json} that the vocabularies have in common.
 * Source of the format: the {@code tokenizers} library, version "1.0" of its file.
 */
final class TokenizerJson {
  /** Writes fields of an object that is open. */
  @FunctionalInterface
  interface Fields {
    /** Writes them. */
    void to(JsonGenerator json) throws IOException;
  }

  /**
   * An entry of the vocabulary that is found in text as it stands, before anything is split.
   *
   * @param eatsSpace whether it takes a space in front of it along, as RoBERTa's mask does
   */
  record Added(String token, int id, boolean eatsSpace) {}

  private TokenizerJson() {}

  /** A whole file: the tokens found first, then what {@code pipeline} writes. */
  static String of(List<Added> added, Fields pipeline) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("version", "1.0");
      json.writeNullField("truncation");
      json.writeNullField("padding");
      json.writeArrayFieldStart("added_tokens");
      for (Added token : added) {
        json.writeStartObject();
        json.writeNumberField("id", token.id());
        json.writeStringField("content", token.token());
        json.writeBooleanField("single_word", false);
        json.writeBooleanField("lstrip", token.eatsSpace());
        json.writeBooleanField("rstrip", false);
        json.writeBooleanField("normalized", false);
        json.writeBooleanField("special", true);
        json.writeEndObject();
      }
      json.writeEndArray();
      pipeline.to(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return text.toString();
  }

  /** An object with a type, as every step of the pipeline is one. */
  static void step(JsonGenerator json, String field, String type, Fields fields)
      throws IOException {
    json.writeObjectFieldStart(field);
    json.writeStringField("type", type);
    fields.to(json);
    json.writeEndObject();
  }

  /** The field {@code vocab}. */
  static void vocabulary(JsonGenerator json, Map<String, Integer> ids) throws IOException {
    json.writeObjectFieldStart("vocab");
    for (Map.Entry<String, Integer> entry : ids.entrySet()) {
      json.writeNumberField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }
}

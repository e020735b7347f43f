package dev.tailgate.data.text;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * BERT's tokenizer from its {@code vocab.txt}: text cleaned and split at spaces, punctuation and
 * Chinese characters, then each word cut greedily into the longest pieces there are, later pieces
 * marked {@code ##}; framed as {@code [CLS] A [SEP]} or {@code [CLS] A [SEP] B [SEP]}.
 *
 * <p>Source: J. Devlin et al. (2019), arXiv 1810.04805, and the tokenization of its release.
 */
final class WordPieceVocabulary {
  private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  private WordPieceVocabulary() {}

  /** Whether the entries are those of a BERT. */
  static boolean accepts(Map<String, Integer> ids) {
    return ids.containsKey("[UNK]") && ids.containsKey("[CLS]") && ids.containsKey("[SEP]");
  }

  /**
   * Whether no entry but the special ones has a capital letter A to Z: then capitals in text can
   * only become unknown, and the model was trained on lower-cased text. Other capitals do not
   * count: BERT's uncased vocabulary has U+211D, which has no small letter.
   */
  static boolean isLowerCase(Map<String, Integer> ids) {
    return ids.keySet().stream()
        .filter(token -> !token.startsWith("["))
        .allMatch(token -> token.chars().noneMatch(c -> c >= 'A' && c <= 'Z'));
  }

  /** The tokenizer; lower-casing also strips accents, as in BERT. */
  static String json(Map<String, Integer> ids, boolean lowerCase) {
    List<TokenizerJson.Added> added = new ArrayList<>();
    for (String token : SPECIAL) {
      Integer id = ids.get(token);
      if (id != null) {
        added.add(new TokenizerJson.Added(token, id, false));
      }
    }
    return TokenizerJson.of(added, json -> pipeline(json, ids, lowerCase));
  }

  private static void pipeline(JsonGenerator json, Map<String, Integer> ids, boolean lowerCase)
      throws IOException {
    TokenizerJson.step(
        json,
        "normalizer",
        "BertNormalizer",
        j -> {
          j.writeBooleanField("clean_text", true);
          j.writeBooleanField("handle_chinese_chars", true);
          j.writeNullField("strip_accents");
          j.writeBooleanField("lowercase", lowerCase);
        });
    TokenizerJson.step(json, "pre_tokenizer", "BertPreTokenizer", j -> {});
    TokenizerJson.step(json, "post_processor", "TemplateProcessing", j -> frame(j, ids));
    json.writeNullField("decoder");
    TokenizerJson.step(
        json,
        "model",
        "WordPiece",
        j -> {
          j.writeStringField("unk_token", "[UNK]");
          j.writeStringField("continuing_subword_prefix", "##");
          j.writeNumberField("max_input_chars_per_word", 100);
          TokenizerJson.vocabulary(j, ids);
        });
  }

  private static void frame(JsonGenerator json, Map<String, Integer> ids) throws IOException {
    json.writeArrayFieldStart("single");
    piece(json, "SpecialToken", "[CLS]", 0);
    piece(json, "Sequence", "A", 0);
    piece(json, "SpecialToken", "[SEP]", 0);
    json.writeEndArray();
    json.writeArrayFieldStart("pair");
    piece(json, "SpecialToken", "[CLS]", 0);
    piece(json, "Sequence", "A", 0);
    piece(json, "SpecialToken", "[SEP]", 0);
    piece(json, "Sequence", "B", 1);
    piece(json, "SpecialToken", "[SEP]", 1);
    json.writeEndArray();
    json.writeObjectFieldStart("special_tokens");
    for (String token : List.of("[CLS]", "[SEP]")) {
      json.writeObjectFieldStart(token);
      json.writeStringField("id", token);
      json.writeArrayFieldStart("ids");
      json.writeNumber(ids.getOrDefault(token, 0));
      json.writeEndArray();
      json.writeArrayFieldStart("tokens");
      json.writeString(token);
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void piece(JsonGenerator json, String kind, String id, int segment)
      throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart(kind);
    json.writeStringField("id", id);
    json.writeNumberField("type_id", segment);
    json.writeEndObject();
    json.writeEndObject();
  }
}

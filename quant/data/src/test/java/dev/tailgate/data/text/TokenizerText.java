package dev.tailgate.data.text;

import java.util.regex.Pattern;

/** A small {@code tokenizer.json} of the usual form, to be changed in one place. */
final class TokenizerText {
  static final String WORD_PIECE =
      """
      {"version": "1.0", "truncation": null, "padding": null,
       "added_tokens": [{"id": 0, "content": "[CLS]", "single_word": false, "lstrip": false,
         "rstrip": false, "normalized": false, "special": true}],
       "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
         "strip_accents": null, "lowercase": true},
       "pre_tokenizer": {"type": "BertPreTokenizer"},
       "post_processor": {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
           {"Sequence": {"id": "A", "type_id": 0}}],
         "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
           {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
         "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [0], "tokens": ["[CLS]"]}}},
       "decoder": null,
       "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
         "max_input_chars_per_word": 100,
         "vocab": {"[CLS]": 0, "[UNK]": 1, "good": 2, "film": 3, "##s": 4}}}
      """;

  private TokenizerText() {}

  /** The same with {@code after} in place of {@code before}, which is there once. */
  static String with(String before, String after) {
    if (WORD_PIECE.split(Pattern.quote(before), -1).length != 2) {
      throw new IllegalArgumentException(before);
    }
    return WORD_PIECE.replace(before, after);
  }

  static final String PRE_TOKENIZER = "{\"type\": \"BertPreTokenizer\"}";
  static final String MODEL =
      WORD_PIECE.substring(WORD_PIECE.indexOf("{\"type\": \"WordPiece\"")).strip();

  /** With another step before the model. */
  static String preTokenizer(String step) {
    return with(PRE_TOKENIZER, step);
  }

  /** With a step that changes text. */
  static String normalizer(String step) {
    int from = WORD_PIECE.indexOf("{\"type\": \"BertNormalizer\"");
    return with(WORD_PIECE.substring(from, WORD_PIECE.indexOf('}', from) + 1), step);
  }

  /** With another model. */
  static String model(String model) {
    return with(MODEL, model + "}");
  }
}

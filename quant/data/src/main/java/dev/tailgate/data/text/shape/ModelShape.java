package dev.tailgate.data.text.shape;

import static dev.tailgate.data.text.shape.TokenizerShape.field;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The model of a {@code tokenizer.json}. Its vocabulary and merges are most of the file and are
 * read as they come; what they have to do with the other fields is looked at in the end, since
 * fields may stand in any order.
 */
final class ModelShape {
  private static final String PATH = "model";
  private static final long MOST_ID = Integer.MAX_VALUE;
  private static final int LONGEST_TOKEN = 10_000;

  private final Set<String> tokens = new HashSet<>();
  private final List<String[]> merges = new ArrayList<>();
  private final Map<String, Object> fields = new LinkedHashMap<>();
  private boolean isScored;

  /** Reads the object that the parser stands on. */
  void read(JsonParser json) throws IOException, OddShape {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new OddShape(PATH, "no object");
    }
    Set<String> names = new HashSet<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken token = json.nextToken();
      if (!names.add(name)) {
        throw new OddShape(PATH + "." + Part.shown(name), "the field twice");
      }
      if (name.equals("vocab") && token == JsonToken.START_OBJECT) {
        ids(json);
      } else if (name.equals("vocab") && token == JsonToken.START_ARRAY) {
        isScored = true;
        scores(json);
      } else if (name.equals("merges") && token == JsonToken.START_ARRAY) {
        merges(json);
      } else {
        Object value = TokenizerShape.value(json);
        if (value != null) {
          fields.put(name, value);
        }
      }
    }
  }

  private void ids(JsonParser json) throws IOException, OddShape {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String token = token(json.currentName());
      boolean isWhole = json.nextToken() == JsonToken.VALUE_NUMBER_INT;
      double id = isWhole ? json.getDoubleValue() : -1;
      if (id < 0 || id > MOST_ID) {
        throw new OddShape(
            PATH + ".vocab",
            "id " + Part.shown(json.getText()) + " of '" + Part.shown(token) + "'");
      }
    }
  }

  private void scores(JsonParser json) throws IOException, OddShape {
    for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
      List<Part> pair = new Part(PATH + ".vocab[" + i + "]", TokenizerShape.value(json)).items(2);
      boolean isPair = pair.size() == 2 && pair.get(0).value() instanceof String;
      if (!isPair || !(pair.get(1).value() instanceof Double score) || !Double.isFinite(score)) {
        throw new OddShape(PATH + ".vocab[" + i + "]", "no token with a score");
      }
      token(pair.get(0).text(1, LONGEST_TOKEN));
    }
  }

  private String token(String token) throws OddShape {
    if (token.length() > LONGEST_TOKEN) {
      throw new OddShape(PATH + ".vocab", "a token of " + token.length() + " characters");
    }
    if (!tokens.add(token)) {
      throw new OddShape(PATH + ".vocab", "'" + Part.shown(token) + "' twice");
    }
    return token;
  }

  private void merges(JsonParser json) throws IOException, OddShape {
    for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
      String[] pair = {};
      if (json.currentToken() == JsonToken.VALUE_STRING) {
        pair = json.getText().split(" ", -1);
      } else if (TokenizerShape.value(json) instanceof List<?> list
          && list.stream().allMatch(String.class::isInstance)) {
        pair = list.toArray(String[]::new);
      }
      if (pair.length != 2) {
        throw new OddShape(PATH + ".merges[" + i + "]", "no pair of tokens");
      }
      merges.add(pair);
    }
  }

  /** Looks at the whole. */
  void check() throws OddShape {
    Part model = new Part(PATH, fields);
    String type = model.type();
    if (tokens.isEmpty()) {
      throw new OddShape(PATH + ".vocab", "no tokens");
    }
    if (isScored != type.equals("Unigram") || (!merges.isEmpty() && !type.equals("BPE"))) {
      throw model.odd("a vocabulary that is not one of " + Part.shown(type));
    }
    switch (type) {
      case "WordLevel" -> known(field(model.fields(Set.of("type", "unk_token")), "unk_token"));
      case "WordPiece" -> wordPiece(model);
      case "BPE" -> bytePairs(model);
      case "Unigram" -> {
        Map<String, Part> is = model.fields(Set.of("type", "unk_id", "byte_fallback"));
        field(is, "unk_id").number(0, tokens.size() - 1L);
        field(is, "byte_fallback").flag();
      }
      default -> throw model.odd("type " + Part.shown(type));
    }
  }

  private void wordPiece(Part model) throws OddShape {
    Map<String, Part> is =
        model.fields(
            Set.of("type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word"));
    known(field(is, "unk_token"));
    field(is, "continuing_subword_prefix").text(0, 16);
    field(is, "max_input_chars_per_word").number(1, LONGEST_TOKEN);
  }

  private void bytePairs(Part model) throws OddShape {
    Map<String, Part> is =
        model.fields(
            Set.of(
                "type",
                "dropout",
                "unk_token",
                "continuing_subword_prefix",
                "end_of_word_suffix",
                "fuse_unk",
                "byte_fallback",
                "ignore_merges"));
    if (!field(is, "dropout").isAbsent()) {
      throw field(is, "dropout").odd("tokens that differ from run to run");
    }
    if (!field(is, "unk_token").isAbsent()) {
      known(field(is, "unk_token"));
    }
    if (!field(is, "continuing_subword_prefix").isAbsent()) {
      field(is, "continuing_subword_prefix").text(0, 0);
    }
    if (!field(is, "end_of_word_suffix").isAbsent()) {
      field(is, "end_of_word_suffix").oneOf(Set.of("", "</w>"));
    }
    for (String flag : Set.of("fuse_unk", "byte_fallback", "ignore_merges")) {
      field(is, flag).flag();
    }
    for (int i = 0; i < merges.size(); i++) {
      String[] pair = merges.get(i);
      for (String token : List.of(pair[0], pair[1], pair[0] + pair[1])) {
        if (!tokens.contains(token)) {
          throw new OddShape(
              PATH + ".merges[" + i + "]", "'" + Part.shown(token) + "' that vocab lacks");
        }
      }
    }
  }

  private void known(Part token) throws OddShape {
    String text = token.text(0, LONGEST_TOKEN);
    if (!tokens.contains(text)) {
      throw token.odd("'" + Part.shown(text) + "' that vocab lacks");
    }
  }
}

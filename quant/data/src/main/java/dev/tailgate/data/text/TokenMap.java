package dev.tailgate.data.text;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A tokenizer that looks tokens up: characters where every entry is a single one, otherwise words
 * between white space. Entries such as {@code <EOC>} or {@code [SEP]}, and those of several words,
 * are found as they stand. What is not in the map becomes the entry for the unknown, and is refused
 * where there is none. Texts are not framed.
 */
final class TokenMap {
  /** Names of the entry for the unknown. */
  static final List<String> UNKNOWN = List.of("[UNK]", "<unk>", "<UNK>", "UNK", "unk");

  private static final Pattern BRACKETED = Pattern.compile("<[^<>\\s]+>|\\[[^\\[\\]\\s]+]");

  private TokenMap() {}

  /** Whether texts are looked up character by character. */
  static boolean isByCharacter(Map<String, Integer> ids) {
    return ids.keySet().stream()
        .allMatch(t -> t.codePointCount(0, t.length()) == 1 || BRACKETED.matcher(t).matches());
  }

  /** The tokenizer. */
  static String json(Map<String, Integer> ids) {
    List<TokenizerJson.Added> added =
        ids.entrySet().stream()
            .filter(e -> standsAlone(e.getKey()))
            .map(e -> new TokenizerJson.Added(e.getKey(), e.getValue(), false))
            .toList();
    return TokenizerJson.of(added, json -> pipeline(json, ids));
  }

  private static void pipeline(JsonGenerator json, Map<String, Integer> ids) throws IOException {
    json.writeNullField("normalizer");
    if (isByCharacter(ids)) {
      TokenizerJson.step(json, "pre_tokenizer", "Split", TokenMap::anyCharacter);
    } else {
      TokenizerJson.step(json, "pre_tokenizer", "WhitespaceSplit", j -> {});
    }
    json.writeNullField("post_processor");
    json.writeNullField("decoder");
    String unknown = UNKNOWN.stream().filter(ids::containsKey).findFirst().orElse(UNKNOWN.get(0));
    TokenizerJson.step(
        json,
        "model",
        "WordLevel",
        j -> {
          TokenizerJson.vocabulary(j, ids);
          j.writeStringField("unk_token", unknown);
        });
  }

  private static void anyCharacter(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("pattern");
    json.writeStringField("Regex", "[\\s\\S]");
    json.writeEndObject();
    json.writeStringField("behavior", "Isolated");
    json.writeBooleanField("invert", false);
  }

  private static boolean standsAlone(String token) {
    boolean hasSpaces = token.strip().codePoints().anyMatch(Character::isWhitespace);
    return hasSpaces || BRACKETED.matcher(token).matches();
  }
}

package dev.tailgate.data.text.shape;

import static dev.tailgate.data.text.shape.TokenizerShape.field;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The steps before the model, which change text and split it, and the one back to text. */
final class StepShapes {
  private static final int MOST_STEPS = 12;
  private static final int DEEPEST = 2;

  /** How much longer one replacement may make what it replaces: a space becomes three bytes. */
  private static final int GROWTH = 3;

  /** Replacements that make text longer; each is a factor. */
  private static final int MOST_GROWING = 2;

  private static final Set<String> BEHAVIOURS =
      Set.of("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous");
  private static final Set<String> SCHEMES = Set.of("always", "first", "never");

  /** Expressions of published models, by which no text takes long: GPT-2, CLIP, Llama 3, Qwen. */
  private static final Set<String> EXPRESSIONS =
      Set.of(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
              + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
              + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          "[\\s\\S]",
          " {2,}",
          "\\s+");

  private StepShapes() {}

  static void normalizer(Part part) throws OddShape {
    if (!part.isAbsent() && normalizer(part, 0) > MOST_GROWING) {
      throw part.odd("several steps that make text longer");
    }
  }

  /** How many steps make text longer. */
  private static int normalizer(Part part, int depth) throws OddShape {
    switch (part.type()) {
      case "Sequence" -> {
        int growing = 0;
        for (Part step : sequence(part, "normalizers", depth)) {
          growing += normalizer(step, depth + 1);
        }
        return growing;
      }
      case "BertNormalizer" ->
          flags(part, "clean_text", "handle_chinese_chars", "strip_accents", "lowercase");
      case "Strip" -> flags(part, "strip_left", "strip_right");
      case "Lowercase", "NFC", "NFD", "NFKC", "NFKD", "Nmt", "StripAccents", "ByteLevel" ->
          flags(part);
      case "Prepend" -> field(part.fields(Set.of("type", "prepend")), "prepend").text(1, 1);
      case "Replace" -> {
        return replace(part) ? 1 : 0;
      }
      default -> throw part.odd("type " + Part.shown(part.type()));
    }
    return 0;
  }

  private static boolean replace(Part part) throws OddShape {
    Map<String, Part> is = part.fields(Set.of("type", "pattern", "content"));
    int replaced = bytes(pattern(field(is, "pattern")));
    int content = bytes(field(is, "content").text(0, 16));
    if (content > GROWTH * replaced) {
      throw field(is, "content").odd(content + " bytes in place of " + replaced);
    }
    return content > replaced;
  }

  /** The shortest text that the pattern of a step matches. */
  private static String pattern(Part pattern) throws OddShape {
    Map<String, Part> is = pattern.fields(Set.of("String", "Regex"));
    if (field(is, "Regex").isAbsent()) {
      return field(is, "String").text(1, 16);
    }
    String expression = field(is, "Regex").oneOf(EXPRESSIONS);
    return expression.equals(" {2,}") ? "  " : " ";
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  static void preTokenizer(Part part) throws OddShape {
    if (!part.isAbsent()) {
      preTokenizer(part, 0);
    }
  }

  private static void preTokenizer(Part part, int depth) throws OddShape {
    switch (part.type()) {
      case "Sequence" -> {
        for (Part step : sequence(part, "pretokenizers", depth)) {
          preTokenizer(step, depth + 1);
        }
      }
      case "BertPreTokenizer", "Whitespace", "WhitespaceSplit", "UnicodeScripts" -> flags(part);
      case "ByteLevel" -> flags(part, "add_prefix_space", "trim_offsets", "use_regex");
      case "Digits" -> flags(part, "individual_digits");
      case "Punctuation" -> behaviour(part.fields(Set.of("type", "behavior")));
      case "Metaspace" -> metaspace(part);
      case "Split" -> {
        Map<String, Part> is = part.fields(Set.of("type", "pattern", "behavior", "invert"));
        pattern(field(is, "pattern"));
        behaviour(is);
        field(is, "invert").flag();
      }
      default -> throw part.odd("type " + Part.shown(part.type()));
    }
  }

  private static void behaviour(Map<String, Part> is) throws OddShape {
    if (!field(is, "behavior").isAbsent()) {
      field(is, "behavior").oneOf(BEHAVIOURS);
    }
  }

  private static void metaspace(Part part) throws OddShape {
    Map<String, Part> is =
        part.fields(Set.of("type", "replacement", "prepend_scheme", "split", "add_prefix_space"));
    field(is, "replacement").text(1, 1);
    field(is, "split").flag();
    field(is, "add_prefix_space").flag();
    if (!field(is, "prepend_scheme").isAbsent()) {
      field(is, "prepend_scheme").oneOf(SCHEMES);
    }
  }

  /** Is read but never used here. */
  static void decoder(Part part) throws OddShape {
    if (!part.isAbsent()) {
      decoder(part, 0);
    }
  }

  private static void decoder(Part part, int depth) throws OddShape {
    switch (part.type()) {
      case "Sequence" -> {
        for (Part step : sequence(part, "decoders", depth)) {
          decoder(step, depth + 1);
        }
      }
      case "WordPiece" -> {
        Map<String, Part> is = part.fields(Set.of("type", "prefix", "cleanup"));
        field(is, "prefix").text(0, 16);
        field(is, "cleanup").flag();
      }
      case "ByteLevel" -> flags(part, "add_prefix_space", "trim_offsets", "use_regex");
      case "Metaspace" -> metaspace(part);
      case "BPEDecoder" -> field(part.fields(Set.of("type", "suffix")), "suffix").text(0, 16);
      case "ByteFallback", "Fuse" -> flags(part);
      case "Strip" -> {
        Map<String, Part> is = part.fields(Set.of("type", "content", "start", "stop"));
        field(is, "content").text(1, 1);
        field(is, "start").number(0, 16);
        field(is, "stop").number(0, 16);
      }
      case "Replace" -> replace(part);
      default -> throw part.odd("type " + Part.shown(part.type()));
    }
  }

  static Iterable<Part> sequence(Part part, String name, int depth) throws OddShape {
    if (depth >= DEEPEST) {
      throw part.odd("sequences in sequences");
    }
    return field(part.fields(Set.of("type", name)), name).items(MOST_STEPS);
  }

  static void flags(Part part, String... names) throws OddShape {
    Set<String> known = new HashSet<>(Set.of(names));
    known.add("type");
    Map<String, Part> is = part.fields(known);
    for (String name : names) {
      field(is, name).flag();
    }
  }
}

package dev.tailgate.data.text.shape;

import static dev.tailgate.data.text.shape.TokenizerShape.field;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** What puts special tokens around a text or two. */
final class FrameShapes {
  private static final int MOST = 16;
  private static final Set<String> TEXTS = Set.of("A", "B");

  private FrameShapes() {}

  static void postProcessor(Part part) throws OddShape {
    if (!part.isAbsent()) {
      postProcessor(part, 0);
    }
  }

  private static void postProcessor(Part part, int depth) throws OddShape {
    switch (part.type()) {
      case "Sequence" -> {
        for (Part step : StepShapes.sequence(part, "processors", depth)) {
          postProcessor(step, depth + 1);
        }
      }
      case "ByteLevel" -> StepShapes.flags(part, "add_prefix_space", "trim_offsets", "use_regex");
      case "BertProcessing", "RobertaProcessing" -> {
        Map<String, Part> is =
            part.fields(Set.of("type", "sep", "cls", "trim_offsets", "add_prefix_space"));
        token(field(is, "sep"));
        token(field(is, "cls"));
        field(is, "trim_offsets").flag();
        field(is, "add_prefix_space").flag();
      }
      case "TemplateProcessing" -> template(part);
      default -> throw part.odd("type " + Part.shown(part.type()));
    }
  }

  private static void token(Part pair) throws OddShape {
    List<Part> parts = pair.items(2);
    if (parts.size() != 2) {
      throw pair.odd("no token with its id");
    }
    parts.get(0).text(1, 100);
    parts.get(1).number(0, Integer.MAX_VALUE);
  }

  private static void template(Part part) throws OddShape {
    Map<String, Part> is = part.fields(Set.of("type", "single", "pair", "special_tokens"));
    Part special = field(is, "special_tokens");
    Map<?, ?> tokens = special.value() instanceof Map<?, ?> map ? map : Map.of();
    if (tokens.size() > MOST) {
      throw special.odd(tokens.size() + " tokens");
    }
    for (Map.Entry<?, ?> token : tokens.entrySet()) {
      special(new Part(special.path() + "." + Part.shown("" + token.getKey()), token.getValue()));
    }
    frame(field(is, "single"), tokens, Set.of("A"));
    frame(field(is, "pair"), tokens, TEXTS);
  }

  private static void special(Part token) throws OddShape {
    Map<String, Part> is = token.fields(Set.of("id", "ids", "tokens"));
    field(is, "id").text(1, 100);
    List<Part> ids = field(is, "ids").items(MOST);
    List<Part> names = field(is, "tokens").items(MOST);
    if (ids.isEmpty() || ids.size() != names.size()) {
      throw token.odd(ids.size() + " ids for " + names.size() + " tokens");
    }
    for (int i = 0; i < ids.size(); i++) {
      ids.get(i).number(0, Integer.MAX_VALUE);
      names.get(i).text(1, 100);
    }
  }

  private static void frame(Part frame, Map<?, ?> tokens, Set<String> texts) throws OddShape {
    int found = 0;
    for (Part piece : frame.items(MOST)) {
      Map<String, Part> is = piece.fields(Set.of("SpecialToken", "Sequence"));
      boolean isText = !field(is, "Sequence").isAbsent();
      if (isText != field(is, "SpecialToken").isAbsent()) {
        throw piece.odd("neither a token nor a text");
      }
      Part what = field(is, isText ? "Sequence" : "SpecialToken");
      Map<String, Part> of = what.fields(Set.of("id", "type_id"));
      field(of, "type_id").number(0, 255);
      String id = field(of, "id").text(1, 100);
      if (isText) {
        field(of, "id").oneOf(texts);
        found++;
      } else if (!tokens.containsKey(id)) {
        throw field(of, "id").odd("a token '" + Part.shown(id) + "' that special_tokens lacks");
      }
    }
    if (found != texts.size()) {
      throw frame.odd(found + " texts in place of " + texts.size());
    }
  }
}

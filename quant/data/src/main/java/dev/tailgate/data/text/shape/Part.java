package dev.tailgate.data.text.shape;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A value of a JSON file with the path to it. What is asked of it and not there is an {@link
 * OddShape} that names the path.
 *
 * @param value a map, list, text, number or truth; null where there is none
 */
record Part(String path, @Nullable Object value) {
  private static final int SHOWN = 40;

  OddShape odd(String found) {
    return new OddShape(path, found);
  }

  boolean isAbsent() {
    return value == null;
  }

  /** The fields of an object that has none but these. */
  Map<String, Part> fields(Set<String> known) throws OddShape {
    if (!(value instanceof Map<?, ?> map)) {
      throw odd("no object");
    }
    Map<String, Part> fields = new LinkedHashMap<>();
    for (String name : known) {
      fields.put(name, new Part(path + "." + name, map.get(name)));
    }
    for (Object name : map.keySet()) {
      if (!known.contains(name)) {
        throw odd("a field '" + shown(String.valueOf(name)) + "'");
      }
    }
    return fields;
  }

  /** The field {@code type} of an object. */
  String type() throws OddShape {
    return value instanceof Map<?, ?> map && map.get("type") instanceof String type ? type : none();
  }

  private String none() throws OddShape {
    throw odd("no type");
  }

  List<Part> items(int most) throws OddShape {
    if (!(value instanceof List<?> list) || list.size() > most) {
      throw odd(value instanceof List<?> long_ ? long_.size() + " entries" : "no list");
    }
    List<Part> items = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      items.add(new Part(path + "[" + i + "]", list.get(i)));
    }
    return items;
  }

  String text(int least, int most) throws OddShape {
    if (!(value instanceof String text)) {
      throw odd("no text");
    }
    if (text.length() < least || text.length() > most) {
      throw odd("a text of " + text.length() + " characters");
    }
    return text;
  }

  String oneOf(Set<String> words) throws OddShape {
    String text = text(0, Integer.MAX_VALUE);
    if (!words.contains(text)) {
      throw odd("'" + shown(text) + "'");
    }
    return text;
  }

  long number(long least, long most) throws OddShape {
    if (!(value instanceof Double number)
        || number < least
        || number > most
        || number != Math.rint(number)) {
      throw odd(value instanceof Double ? String.valueOf(value) : "no whole number");
    }
    return number.longValue();
  }

  void flag() throws OddShape {
    if (value != null && !(value instanceof Boolean)) {
      throw odd("neither true nor false");
    }
  }

  static String shown(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}

package dev.tailgate.quant.placement;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** One choice of operators or tensors, as it is written on the command line. */
public sealed interface Selector {
  /** The spelling. */
  String text();

  /** Whether {@code item} is chosen. */
  boolean matches(Item item);

  /** Which property of items is looked at, to name others when none matches. */
  List<String> vocabulary(Item item);

  /**
   * What can be chosen: an operator with the tensors it reads quantized, or one such tensor.
   *
   * @param op operator type; empty for a tensor nothing makes
   * @param layer block, from 0; -1 outside the blocks
   * @param names of the node and of the tensors
   * @param roles of the activations among the tensors
   */
  record Item(Optional<String> op, int layer, List<String> names, List<String> roles) {}

  /** {@code role:ffn_act}: what reads activations of a role. */
  record Role(String text, String role) implements Selector {
    @Override
    public boolean matches(Item item) {
      return item.roles().contains(role);
    }

    @Override
    public List<String> vocabulary(Item item) {
      return item.roles().stream().map(r -> "role:" + r).toList();
    }
  }

  /** {@code op:MatMul}: operators of a type. */
  record Op(String text, String op) implements Selector {
    @Override
    public boolean matches(Item item) {
      return item.op().filter(op::equals).isPresent();
    }

    @Override
    public List<String> vocabulary(Item item) {
      return item.op().map(o -> "op:" + o).stream().toList();
    }
  }

  /** {@code layer:5} or {@code layer:0-3}: blocks. */
  record Layers(String text, int first, int last) implements Selector {
    @Override
    public boolean matches(Item item) {
      return item.layer() >= first && item.layer() <= last;
    }

    @Override
    public List<String> vocabulary(Item item) {
      return item.layer() < 0 ? List.of() : List.of("layer:" + item.layer());
    }
  }

  /** {@code name:glob} or {@code /regex/}: nodes and tensors by name. */
  record Name(String text, Predicate<String> pattern) implements Selector {
    @Override
    public boolean matches(Item item) {
      return item.names().stream().anyMatch(pattern);
    }

    @Override
    public List<String> vocabulary(Item item) {
      return item.names();
    }
  }

  /**
   * Reads a selector.
   *
   * @throws IllegalArgumentException with a sentence for the user, where it is none
   */
  static Selector parse(String text) {
    if (text.length() > 1 && text.startsWith("/") && text.endsWith("/")) {
      return new Name(text, regex(text));
    }
    int colon = text.indexOf(':');
    String value = text.substring(colon + 1);
    if (colon < 0 || value.isEmpty()) {
      throw refusal(text, "a selector is role:, op:, layer: or name: and a value, or /regex/");
    }
    return switch (text.substring(0, colon)) {
      case "role" -> new Role(text, value);
      case "op" -> new Op(text, value);
      case "name" -> new Name(text, name -> BoundedMatch.glob(value, name));
      case "layer" -> layers(text, value);
      default -> throw refusal(text, "it starts with none of role:, op:, layer:, name:, /");
    };
  }

  private static Predicate<String> regex(String text) {
    try {
      Pattern pattern = Pattern.compile(text.substring(1, text.length() - 1));
      return name -> BoundedMatch.find(pattern, name);
    } catch (PatternSyntaxException e) {
      throw refusal(text, "it is no regular expression: " + e.getDescription());
    }
  }

  private static Selector layers(String text, String value) {
    if (!value.matches("[0-9]{1,6}(-[0-9]{1,6})?")) {
      throw refusal(text, "layers are written 5 or 0-3");
    }
    String[] ends = value.split("-", -1);
    int first = Integer.parseInt(ends[0]);
    int last = Integer.parseInt(ends[ends.length - 1]);
    if (last < first) {
      throw refusal(text, "the last layer comes before the first");
    }
    return new Layers(text, first, last);
  }

  private static IllegalArgumentException refusal(String text, String why) {
    return new IllegalArgumentException("Selector '" + text + "' is not understood: " + why);
  }
}

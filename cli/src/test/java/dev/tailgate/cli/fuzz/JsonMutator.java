package dev.tailgate.cli.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Knows trees of objects and arrays: puts values of other types and sizes in the place of any,
 * drops, repeats and moves them. The file stays well formed, so that what reads the fields is
 * reached.
 */
final class JsonMutator implements Mutator {
  private static final JsonNodeFactory MAKE = JsonNodeFactory.instance;

  private final ObjectMapper mapper;

  /** {@code mapper} reads and writes: of JSON or of YAML. */
  JsonMutator(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  @Override
  public byte[] mutate(byte[] file, Random random) {
    try {
      JsonNode tree = mapper.readTree(file);
      for (int times = 1 + random.nextInt(2); times > 0; times--) {
        once(tree, random);
      }
      return mapper.writeValueAsBytes(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void once(JsonNode tree, Random random) {
    List<JsonNode> inner = new ArrayList<>();
    collect(tree, inner);
    if (inner.isEmpty()) {
      return;
    }
    JsonNode parent = inner.get(random.nextInt(inner.size()));
    JsonNode any = inner.get(random.nextInt(inner.size()));
    if (parent instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = names.get(random.nextInt(names.size()));
      switch (random.nextInt(6)) {
        case 0 -> object.remove(name);
        case 1 -> object.set(Extremes.ofText(random, name), object.get(name).deepCopy());
        default -> object.set(name, changed(object.get(name), any, random));
      }
    } else if (parent instanceof ArrayNode array) {
      int at = random.nextInt(array.size());
      switch (random.nextInt(6)) {
        case 0 -> array.remove(at);
        case 1 -> array.insert(at, array.get(random.nextInt(array.size())).deepCopy());
        case 2 -> array.removeAll();
        default -> array.set(at, changed(array.get(at), any, random));
      }
    }
  }

  private static JsonNode changed(JsonNode old, JsonNode any, Random random) {
    return switch (random.nextInt(10)) {
      case 0 -> MAKE.nullNode();
      case 1 -> MAKE.booleanNode(random.nextBoolean());
      case 2 -> MAKE.arrayNode();
      case 3 -> MAKE.objectNode();
      case 4 -> any.deepCopy();
      case 5 -> MAKE.textNode(Extremes.ofText(random, old.asText()));
      case 6, 7 -> MAKE.numberNode(Extremes.ofReal(random, old.asDouble()));
      default -> MAKE.numberNode(Extremes.ofLong(random, old.asLong()));
    };
  }

  /** Objects and arrays that hold anything. */
  private static void collect(JsonNode node, List<JsonNode> into) {
    if (node.isContainerNode() && !node.isEmpty()) {
      into.add(node);
      node.forEach(child -> collect(child, into));
    }
  }
}

package dev.tailgate.result.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailgate.result.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every field of a result with every other type of JSON in its place. */
class WrongTypesTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Values by their types, none of which a field of another type takes. */
  private static final Map<String, JsonNode> VALUES =
      Map.of(
          "text", JsonNodeFactory.instance.textNode("abc"),
          "number", JsonNodeFactory.instance.numberNode(7.25),
          "flag", JsonNodeFactory.instance.booleanNode(true),
          "list", JsonNodeFactory.instance.arrayNode().add(JsonNodeFactory.instance.arrayNode()),
          "object", JsonNodeFactory.instance.objectNode().put("strange", 1));

  /** A place in a tree: the name and how to put something there. */
  private record Field(String name, JsonNode now, Slot slot) {}

  private interface Slot {
    void put(JsonNode value);
  }

  @Test
  void aWrongTypeIsSaidOfItsField() throws JsonProcessingException {
    JsonNode tree = small();
    List<Field> fields = new ArrayList<>();
    collect("", tree, fields);
    int refused = 0;
    for (Field field : fields) {
      for (Map.Entry<String, JsonNode> wrong : VALUES.entrySet()) {
        if (kind(field.now()).equals(wrong.getKey()) || field.now().isNull()) {
          continue;
        }
        field.slot().put(wrong.getValue());
        Throwable thrown = catchThrowable(() -> RunResultJson.read(tree.toString()));
        field.slot().put(field.now());
        assertThat(thrown).as("%s as %s", wrong, field).isInstanceOf(ResultFormatException.class);
        assertThat(thrown.getMessage())
            .contains(field.name())
            .doesNotContain("dev.tailgate", "fasterxml", "java.", "Cannot", "instance", "Source");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  @Test
  void aFieldThatIsMissingIsNamedOrNotNeeded() throws JsonProcessingException {
    JsonNode tree = small();
    List<String> keys = new ArrayList<>();
    ((ObjectNode) tree).fieldNames().forEachRemaining(keys::add);
    for (String key : keys) {
      ObjectNode without = tree.deepCopy();
      without.remove(key);
      Throwable thrown = catchThrowable(() -> RunResultJson.read(without.toString()));
      if (thrown != null) {
        assertThat(thrown).isInstanceOf(ResultFormatException.class);
        assertThat(thrown.getMessage()).contains(key).doesNotContain("dev.tailgate", "property");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'[1, '                         | line 1, column 5: expected JSON, found a text that ends",
        "{\"schema_version\": oops}     | found the word 'oops'",
        "{\"schema_version\": \"1\",,}  | found the character ','",
        "{\"schema_version\" \"1\"}     | found the character '\"'",
      })
  void aFaultOfTheSyntaxHasAPlace(String json, String message) {
    assertThatThrownBy(() -> RunResultJson.read(json))
        .isInstanceOf(ResultFormatException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("line 1, column ");
  }

  @Test
  void aFieldIsFoundByLineAndColumn() {
    String json = RunResultJson.write(Samples.vanilla());
    String wrong = json.replaceFirst("\"opset\": \\d+", "\"opset\": \"many\"");
    assertThat(wrong).isNotEqualTo(json);
    long line = wrong.substring(0, wrong.indexOf("\"many\"")).lines().count();
    assertThatThrownBy(() -> RunResultJson.read(wrong))
        .hasMessageContaining("reading a run result: line " + line + ", column ")
        .hasMessageEndingWith("model.opset: expected a whole number, found the text 'many'");
  }

  /** A result whose lists have one entry where that is enough. */
  private static JsonNode small() throws JsonProcessingException {
    JsonNode tree = MAPPER.readTree(RunResultJson.write(Samples.vanilla()));
    ObjectNode picture = (ObjectNode) tree.at("/worst_tap/heat_map");
    picture.putArray("channels").add(0);
    picture.putArray("tokens").add(0);
    picture.putArray("values").addArray().add(1.5);
    shorten(tree, tree);
    return tree;
  }

  private static void shorten(JsonNode node, JsonNode tree) {
    if (node instanceof ArrayNode list && list.size() > 1) {
      ArrayNode all = list.deepCopy();
      list.removeAll().add(all.get(0));
      if (catchThrowable(() -> RunResultJson.read(tree.toString())) != null) {
        list.removeAll().addAll(all);
      }
    }
    // Where a list has to be as long as it is, so have lists in it.
    boolean isLong = node.isArray() && node.size() > 1;
    node.forEach(
        inside -> {
          if (!isLong) {
            shorten(inside, tree);
          }
        });
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      // Numbers that are not finite are texts.
      case STRING -> node.asText().matches("NaN|-?Infinity") ? "number" : "text";
      case NUMBER -> "number";
      case BOOLEAN -> "flag";
      case ARRAY -> "list";
      default -> "object";
    };
  }

  /** All fields, of lists the first entry. */
  private static void collect(String at, JsonNode node, List<Field> into) {
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              entry -> {
                String key = entry.getKey();
                String name = at.isEmpty() ? key : at + "." + key;
                if (!name.equals("schema_version")) {
                  into.add(new Field(name, entry.getValue(), v -> object.set(key, v)));
                }
                collect(name, entry.getValue(), into);
              });
    } else if (node instanceof ArrayNode list && !list.isEmpty()) {
      into.add(new Field(at + "[0]", list.get(0), v -> list.set(0, v)));
      collect(at + "[0]", list.get(0), into);
    }
  }
}

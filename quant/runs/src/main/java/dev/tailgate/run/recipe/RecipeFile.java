package dev.tailgate.run.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tailgate.data.generated.Generator;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.file.json.JsonFault;
import dev.tailgate.file.json.MappingFault;
import dev.tailgate.model.Architecture;
import dev.tailgate.model.Architectures;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodParameter;
import dev.tailgate.onnx.method.MethodParameters;
import dev.tailgate.onnx.method.MethodValues;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Recipes as YAML. A field that is not known, missing or of another kind is refused: a misspelt
 * rate must not become the default one.
 */
public final class RecipeFile {
  private static final int LONGEST = 1 << 20;
  private static final List<String> PARTS =
      List.of("family", "taps", "model", "data", "methods", "training");

  private static final YAMLMapper MAPPER =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .build();

  private final String source;
  private final String text;

  private RecipeFile(String source, String text) {
    this.source = source;
    this.text = text;
  }

  /**
   * Reads a recipe.
   *
   * @throws DataException for anything that is none
   * @throws UncheckedIOException for a file that cannot be read
   */
  public static Recipe read(Path file) {
    try {
      if (Files.size(file) > LONGEST) {
        throw DataException.doing("reading a recipe")
            .expected("at most " + LONGEST + " bytes")
            .found(Files.size(file) + " bytes")
            .where(file.toString())
            .fix("Give a recipe, a page of YAML.");
      }
      return parse(Files.readString(file), file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException("Failed reading the recipe " + file, e);
    }
  }

  /**
   * Reads a recipe from its text.
   *
   * @param source its name in messages
   * @throws DataException for anything that is none
   */
  public static Recipe parse(String text, String source) {
    return new RecipeFile(source, text).recipe();
  }

  private Recipe recipe() {
    JsonNode tree;
    try {
      tree = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw fault(JsonFault.of(e).message(), e);
    }
    if (!tree.isObject()) {
      throw refused("keys and values", "none", "a recipe");
    }
    requireKnown(tree, PARTS, "the recipe");
    for (String part : PARTS) {
      if (!tree.has(part)) {
        throw refused(part, "none", "the recipe");
      }
    }
    Architecture architecture = architecture(tree.get("model"));
    Generator generator = GeneratorPart.of(this, tree.get("data"));
    requireFit(architecture, generator);
    return new Recipe(
        text(tree, "family"),
        text(tree, "taps"),
        architecture,
        generator,
        methods(tree.get("methods")),
        read(tree.get("training"), Recipe.Steps.class, "training"),
        text);
  }

  private Architecture architecture(JsonNode model) {
    String label = text(model, "architecture");
    Class<? extends Architecture> kind = Architectures.KINDS.get(label);
    if (kind == null) {
      throw refused("one of " + Architectures.KINDS.keySet(), label, "model.architecture");
    }
    return read(without(model, "architecture"), kind, "model");
  }

  /** Models and data that do not go together would fail at the first step. */
  private void requireFit(Architecture architecture, Generator generator) {
    Map<String, Object> fields = new TreeMap<>();
    for (RecordComponent field : architecture.getClass().getRecordComponents()) {
      try {
        fields.put(field.getName(), field.getAccessor().invoke(architecture));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("Records show their fields", e);
      }
    }
    new TreeMap<>(generator.sizes())
        .forEach(
            (name, size) -> {
              if (!size.equals(fields.get(name))) {
                throw refused(
                    name + " " + size + ", as the data has it",
                    String.valueOf(fields.getOrDefault(name, "a model that has none")),
                    "model." + name);
              }
            });
  }

  private Map<Method, MethodValues> methods(JsonNode given) {
    Map<Method, MethodValues> methods = new LinkedHashMap<>();
    Recipe.METHODS.forEach(method -> methods.put(method, MethodValues.NONE));
    requireKnown(given, Recipe.METHODS.stream().map(Method::label).toList(), "methods");
    given
        .properties()
        .forEach(
            entry -> {
              Method method = Method.valueOf(entry.getKey().toUpperCase(java.util.Locale.ROOT));
              methods.put(method, values(method, entry.getValue()));
            });
    methods.forEach(
        (method, values) -> {
          try {
            method.spec(values, 0);
          } catch (IllegalArgumentException e) {
            throw refused(
                "parameters that it takes",
                String.valueOf(e.getMessage()),
                "methods." + method.label());
          }
        });
    return methods;
  }

  private MethodValues values(Method method, JsonNode given) {
    List<MethodParameter> known =
        method.parameters().stream()
            .filter(parameter -> !(parameter.values() instanceof MethodParameter.File))
            .toList();
    String where = "methods." + method.label();
    requireKnown(given, known.stream().map(MethodParameter::name).toList(), where);
    MethodValues values = MethodValues.NONE;
    for (MethodParameter parameter : MethodParameters.ALL) {
      if (given.has(parameter.name())) {
        JsonNode value = given.get(parameter.name());
        Class<?> type = MethodValues.type(parameter.values());
        try {
          values = values.with(parameter, MAPPER.treeToValue(value, type));
        } catch (JsonProcessingException e) {
          throw refused(type.getSimpleName(), value.asText(), where + "." + parameter.name());
        }
      }
    }
    return values;
  }

  /** A record of the fields of {@code node}. */
  <T> T read(JsonNode node, Class<T> type, String where) {
    List<String> fields =
        Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
    requireKnown(node, fields, where);
    for (String field : fields) {
      if (!node.has(field)) {
        throw refused(field, "none", where);
      }
    }
    try {
      return MAPPER.treeToValue(node, type);
    } catch (JsonMappingException e) {
      if (e.getCause() instanceof dev.tailgate.onnx.ir.ModelException refusal) {
        throw refusal;
      }
      JsonFault found = MappingFault.of(e, node, "");
      throw refused(found.expected(), found.found(), where + ", " + found.place());
    } catch (JsonProcessingException e) {
      throw fault(JsonFault.of(e).message(), e);
    }
  }

  /** The fields of {@code node} but one. */
  static JsonNode without(JsonNode node, String... fields) {
    ObjectNode rest = node.deepCopy();
    rest.remove(Arrays.asList(fields));
    return rest;
  }

  /** A field that is text. */
  String text(JsonNode node, String field) {
    JsonNode value = node.get(field);
    if (value == null || !value.isTextual()) {
      throw refused("a word", value == null ? "none" : value.toString(), field);
    }
    return value.asText();
  }

  private void requireKnown(JsonNode node, List<String> known, String where) {
    if (!node.isObject() && !node.isNull()) {
      throw refused("keys and values", node.toString(), where);
    }
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw refused("one of " + known, name, where);
              }
            });
  }

  DataException refused(String expected, String found, String where) {
    return DataException.doing("reading a recipe")
        .expected(expected)
        .found(found)
        .where(where + " in " + source)
        .fix("See the recipes in testdata/recipes.");
  }

  private DataException fault(String message, Exception cause) {
    DataException refusal =
        DataException.doing("reading a recipe")
            .expected("YAML with the fields of a recipe")
            .found(message)
            .where(source)
            .fix("See the recipes in testdata/recipes.");
    refusal.addSuppressed(cause);
    return refusal;
  }
}

package dev.tailgate.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tailgate.onnx.ir.ElementType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * ONNX's own node tests of the quantization operators: what goes in and what must come out, as
 * written by {@code testdata/recipes/quantize_vectors.py}.
 */
public final class QuantizeVectors {
  private static final List<Case> ALL = load();

  private QuantizeVectors() {}

  /**
   * An input or output in row-major order; scalars have an empty shape and one value.
   *
   * @param values exact: narrowing them to {@code type} loses nothing
   * @param codes the bits of each element as an unsigned integer, not packed; empty for types that
   *     Java has arrays for
   */
  public record Operand(
      String name, ElementType type, List<Long> shape, List<Double> values, List<Integer> codes) {}

  /**
   * One node with operands, in the operator's order.
   *
   * @param opset what the case imports; the operator as used may be older
   */
  public record Case(
      String name,
      String op,
      int opset,
      Map<String, Long> attributes,
      List<Operand> inputs,
      List<Operand> outputs) {
    /** The name, which is what a test report shows. */
    @Override
    public String toString() {
      return name;
    }
  }

  /** All cases, by name. */
  public static List<Case> all() {
    return ALL;
  }

  private static List<Case> load() {
    List<Case> cases = new ArrayList<>();
    try (InputStream in =
            Objects.requireNonNull(
                QuantizeVectors.class.getResourceAsStream("quantize_vectors.json"));
        JsonParser json = new JsonFactory().createParser(in)) {
      json.nextToken();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        if (json.nextToken() == JsonToken.START_ARRAY) {
          cases.addAll(list(json, QuantizeVectors::readCase));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(cases);
  }

  private static Case readCase(JsonParser json) throws IOException {
    String name = "";
    String op = "";
    int opset = 0;
    Map<String, Long> attributes = new TreeMap<>();
    List<Operand> inputs = List.of();
    List<Operand> outputs = List.of();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "name" -> name = json.getText();
        case "op" -> op = json.getText();
        case "opset" -> opset = json.getIntValue();
        case "inputs" -> inputs = list(json, QuantizeVectors::readOperand);
        case "outputs" -> outputs = list(json, QuantizeVectors::readOperand);
        case "attributes" -> {
          while (json.nextToken() != JsonToken.END_OBJECT) {
            attributes.put(json.currentName(), json.nextLongValue(0));
          }
        }
        default -> throw new IOException("unknown field of a case: " + field);
      }
    }
    return new Case(name, op, opset, Collections.unmodifiableMap(attributes), inputs, outputs);
  }

  private static Operand readOperand(JsonParser json) throws IOException {
    String name = "";
    ElementType type = ElementType.UNDEFINED;
    List<Long> shape = List.of();
    List<Double> values = List.of();
    List<Integer> codes = List.of();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "name" -> name = json.getText();
        case "type" -> type = ElementType.valueOf(json.getText().toUpperCase(Locale.ROOT));
        case "shape" -> shape = list(json, JsonParser::getLongValue);
        // The spelling of what is not finite is Java's own.
        case "values" -> values = list(json, value -> Double.valueOf(value.getText()));
        case "codes" -> codes = list(json, JsonParser::getIntValue);
        default -> throw new IOException("unknown field of an operand: " + field);
      }
    }
    return new Operand(name, type, shape, values, codes);
  }

  /** Reads one element; the parser stands on its first token and is left on its last. */
  private interface Reader<T> {
    T read(JsonParser json) throws IOException;
  }

  private static <T> List<T> list(JsonParser json, Reader<T> reader) throws IOException {
    List<T> elements = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      elements.add(reader.read(json));
    }
    return List.copyOf(elements);
  }
}

package dev.tailgate.engine.input;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Assigns each model input its {@link InputRole}. In order: past state, switches of the cache, and
 * masks by name; token, segment and position ids by the table they index, with the name telling
 * them apart; integers without a table are lengths, ids by name, or masks; the rest is real
 * numbers.
 */
final class InputRoles {
  /** Vocabulary where the table cannot be found: small enough to be inside any real one. */
  private static final int SMALL_VOCABULARY = 64;

  private final OnnxGraph graph;
  private final EmbeddingTables tables;
  private final int sequenceLength;

  InputRoles(OnnxGraph graph, int sequenceLength) {
    this.graph = graph;
    this.tables = new EmbeddingTables(graph);
    this.sequenceLength = sequenceLength;
  }

  /** Roles by input name, in the order of the signature. */
  Map<String, InputRole> all() {
    Map<String, InputRole> roles = new LinkedHashMap<>();
    graph.inputs().forEach(input -> roles.put(input.name(), role(input)));
    return roles;
  }

  private InputRole role(ValueInfo input) {
    String name = input.name().toLowerCase(Locale.ROOT);
    boolean isInteger = isInteger(input.type());
    if (isPast(name)) {
      return isInteger && input.rank() <= 1 ? new InputRole.Scalar(0) : new InputRole.PastState();
    }
    if (name.contains("use_cache") || name.contains("logits_to_keep")) {
      // No cache is handed in, and 0 asks for the logits of all positions.
      return new InputRole.Scalar(0);
    }
    if (name.contains("mask") || input.type() == ElementType.BOOL) {
      return new InputRole.Mask();
    }
    OptionalInt rows = tables.rowsIndexedBy(input.name());
    if (isInteger || (rows.isPresent() && input.type().isFloat())) {
      return integerRole(input, name, rows);
    }
    return realRole(input);
  }

  private InputRole integerRole(ValueInfo input, String name, OptionalInt rows) {
    if (name.contains("position") || name.contains("pos_id")) {
      return new InputRole.PositionIds();
    }
    if (name.contains("token_type") || name.contains("segment")) {
      return new InputRole.TokenTypes();
    }
    if (rows.isPresent()) {
      return new InputRole.TokenIds(rows.getAsInt());
    }
    if (name.contains("id") && input.rank() >= 1) {
      return new InputRole.TokenIds(SMALL_VOCABULARY);
    }
    if (isOneNumber(input) || name.contains("len")) {
      return new InputRole.Scalar(number(name));
    }
    boolean isOnly = graph.inputs().size() == 1;
    return isOnly ? new InputRole.TokenIds(SMALL_VOCABULARY) : new InputRole.Mask();
  }

  private double number(String name) {
    if (!name.contains("len") || name.contains("min")) {
      return 1;
    }
    // A limit on generated text counts the prompt too, so it has to lie beyond it.
    // Other lengths stay one below: some models use them as the index of the last token.
    return name.contains("max") ? 2.0 * sequenceLength : Math.max(1, sequenceLength - 1);
  }

  private static InputRole realRole(ValueInfo input) {
    return switch (input.type()) {
      case UINT8 -> new InputRole.Levels(0, 255);
      case INT8 -> new InputRole.Levels(-128, 127);
      case UINT16, INT16 -> new InputRole.Levels(0, 32767);
      default -> {
        if (isOneNumber(input)) {
          yield new InputRole.Scalar(1);
        }
        yield input.rank() == 4 ? new InputRole.Pixels() : new InputRole.Noise();
      }
    };
  }

  private static boolean isPast(String name) {
    return name.startsWith("past") || name.contains("past_key") || name.contains("past_value");
  }

  private static boolean isInteger(ElementType type) {
    return type == ElementType.INT32
        || type == ElementType.INT64
        || type == ElementType.UINT32
        || type == ElementType.UINT64;
  }

  private static boolean isOneNumber(ValueInfo input) {
    return input.shape().isPresent()
        && input.rank() <= 1
        && input.shape().orElse(List.of()).stream().allMatch(d -> d.sizeOrMinusOne() == 1);
  }
}

package dev.tailgate.quant.encodings;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Encodings as plain JSON that says everything.
 *
 * <pre>
 *   {"format": "tailgate-encodings", "version": "1", "activations": [...], "weights": [...]}
 *   {"tensor": "w", "numbers": "int4", "symmetric": true, "scales": [...], "zero_points": [...],
 *    "axis": 0, "block_size": 32, "dims": [768, 3072]}
 * </pre>
 *
 * <p>{@code zero_points} are left out where all are 0, {@code axis} for a whole tensor. Blocks have
 * a size and the tensor's shape, and their scales lie row by row in the shape {@code dims} with
 * {@code ceil(length / block_size)} at the axis.
 */
final class OwnEncodings {
  static final String FORMAT = "tailgate-encodings";
  static final String VERSION = "1";

  private OwnEncodings() {}

  static void write(Encodings encodings, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("format", FORMAT);
    json.writeStringField("version", VERSION);
    list(json, "activations", encodings.activations());
    list(json, "weights", encodings.weights());
    json.writeEndObject();
  }

  private static void list(JsonGenerator json, String name, List<TensorEncoding> encodings)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (TensorEncoding encoding : encodings) {
      QuantParams params = encoding.params();
      json.writeStartObject();
      json.writeStringField("tensor", encoding.tensor());
      json.writeStringField("numbers", params.format().label());
      json.writeBooleanField("symmetric", encoding.symmetric());
      json.writeArrayFieldStart("scales");
      for (int i = 0; i < params.count(); i++) {
        // As a double, whose digits name the float exactly for readers of either width.
        json.writeNumber((double) params.scale(i));
      }
      json.writeEndArray();
      if (!params.isZeroCentred()) {
        json.writeFieldName("zero_points");
        json.writeArray(params.zeroPoints(), 0, params.count());
      }
      if (params.layout() instanceof ScaleLayout.Axis axis) {
        json.writeNumberField("axis", axis.axis());
      } else if (params.layout() instanceof ScaleLayout.Blocks blocks) {
        json.writeNumberField("axis", blocks.axis());
        json.writeNumberField("block_size", blocks.size());
        long[] dims = blocks.dims().stream().mapToLong(Long::longValue).toArray();
        dims[blocks.axis()] = blocks.length();
        json.writeFieldName("dims");
        json.writeArray(dims, 0, dims.length);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  static TensorEncoding read(EncodingEntry entry) {
    String tensor = entry.text("tensor");
    NumberFormat format = format(entry);
    float[] scales = entry.scales("scales");
    int[] zeros =
        entry.has("zero_points")
            ? entry.integers("zero_points", scales.length)
            : new int[scales.length];
    QuantParams params = Layouts.params(entry, format, layout(entry, scales.length), scales, zeros);
    return Layouts.encoding(entry, tensor, params, entry.flag("symmetric"));
  }

  private static NumberFormat format(EncodingEntry entry) {
    try {
      return NumberFormat.parse(entry.text("numbers"));
    } catch (IllegalArgumentException e) {
      throw entry.refused("a number format such as int8", "'" + entry.text("numbers") + "'");
    }
  }

  private static ScaleLayout layout(EncodingEntry entry, int scales) {
    if (!entry.has("axis")) {
      return Layouts.whole(entry, scales);
    }
    if (!entry.has("block_size")) {
      return Layouts.axis(entry, entry.integer("axis"), scales, List.of());
    }
    List<Long> dims = Arrays.stream(entry.integers("dims")).asLongStream().boxed().toList();
    return Layouts.blocks(entry, entry.integer("axis"), entry.integer("block_size"), scales, dims);
  }
}

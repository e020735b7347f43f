package dev.tailgate.quant.encodings;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * AIMET encodings 2.0.0, whose entries are inputs and attributes of {@code QuantizeLinear}.
 *
 * <pre>
 *   {"version": "2.0.0", "encodings": [
 *     {"name": "w", "output_dtype": "int8", "y_scale": [...], "y_zero_point": [...], "axis": 0,
 *      "block_size": 32}]}
 * </pre>
 *
 * <p>A whole tensor has a number as {@code y_scale}, channels a list, blocks lists in lists of the
 * shape of the scales. The zero point is left out where all are 0.
 *
 * <p>What it cannot say:
 *
 * <ul>
 *   <li>which tensors are weights: those that are constants of the model;
 *   <li>whether ranges were symmetric: signed numbers and floats without a zero point are read as
 *       symmetric, all others as asymmetric;
 *   <li>the length of the axis blocks lie along: that of the constant.
 * </ul>
 *
 * Types that are not quantized here (float16, int32 of biases) are reported and stay float.
 */
final class Aimet2 {
  static final String VERSION = "2.0.0";
  private static final Set<String> LEFT_FLOAT =
      Set.of("float16", "bfloat16", "float32", "float", "int32", "uint32");

  private final ModelTensors tensors;
  private final List<String> leftOut;

  Aimet2(ModelTensors tensors, List<String> leftOut) {
    this.tensors = tensors;
    this.leftOut = leftOut;
  }

  static void write(Encodings encodings, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("version", VERSION);
    json.writeArrayFieldStart("encodings");
    for (TensorEncoding encoding : encodings.all()) {
      QuantParams params = encoding.params();
      json.writeStartObject();
      json.writeStringField("name", encoding.tensor());
      json.writeStringField("output_dtype", params.format().onnxName());
      json.writeFieldName("y_scale");
      nested(json, dims(params), 0, 0, i -> json.writeNumber((double) params.scale(i)));
      if (!params.isZeroCentred()) {
        json.writeFieldName("y_zero_point");
        nested(json, dims(params), 0, 0, i -> json.writeNumber(params.zeroPoint(i)));
      }
      if (params.layout() instanceof ScaleLayout.Axis axis) {
        json.writeNumberField("axis", axis.axis());
      } else if (params.layout() instanceof ScaleLayout.Blocks blocks) {
        json.writeNumberField("axis", blocks.axis());
        json.writeNumberField("block_size", blocks.size());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private interface Item {
    void write(int i) throws IOException;
  }

  private static List<Long> dims(QuantParams params) {
    if (params.layout() instanceof ScaleLayout.Blocks blocks) {
      return blocks.dims();
    }
    boolean whole = params.layout() instanceof ScaleLayout.Whole;
    return whole ? List.of() : List.of((long) params.count());
  }

  /** Writes items in lists of shape {@code dims} from {@code axis} on; returns the next item. */
  @CanIgnoreReturnValue
  private static int nested(JsonGenerator json, List<Long> dims, int axis, int first, Item item)
      throws IOException {
    if (axis == dims.size()) {
      item.write(first);
      return first + 1;
    }
    int next = first;
    json.writeStartArray();
    for (long i = 0; i < dims.get(axis); i++) {
      next = nested(json, dims, axis + 1, next, item);
    }
    json.writeEndArray();
    return next;
  }

  /** The encoding of an entry, or nothing where its tensor stays float. */
  Optional<TensorEncoding> read(EncodingEntry entry) {
    String tensor = entry.text("name");
    String type = entry.text("output_dtype");
    if (LEFT_FLOAT.contains(type)) {
      leftOut.add(tensor + ": " + type);
      return Optional.empty();
    }
    NumberFormat format = format(entry, type);
    float[] scales = entry.scales("y_scale");
    int[] zeros =
        entry.has("y_zero_point")
            ? entry.integers("y_zero_point", scales.length)
            : new int[scales.length];
    ScaleLayout layout = layout(entry, tensor, scales.length);
    QuantParams params = Layouts.params(entry, format, layout, scales, zeros);
    boolean symmetric = format.lowest() < 0 && params.isZeroCentred();
    return Optional.of(Layouts.encoding(entry, tensor, params, symmetric));
  }

  private static NumberFormat format(EncodingEntry entry, String type) {
    try {
      return NumberFormat.ofOnnx(type);
    } catch (IllegalArgumentException e) {
      throw entry.refused(
          "int2 to int16, uint2 to uint16 or a type such as float8e4m3fn", "'" + type + "'");
    }
  }

  private ScaleLayout layout(EncodingEntry entry, String tensor, int scales) {
    boolean blocks = entry.has("block_size") && entry.integer("block_size") != 0;
    if (!blocks && (!entry.has("axis") || scales == 1)) {
      return Layouts.whole(entry, scales);
    }
    List<Long> dims = tensors.dims(tensor).orElse(List.of());
    int axis = entry.integer("axis");
    int fromFront = axis < 0 ? axis + dims.size() : axis;
    return blocks
        ? Layouts.blocks(entry, fromFront, entry.integer("block_size"), scales, dims)
        : Layouts.axis(entry, fromFront, scales, dims);
  }
}

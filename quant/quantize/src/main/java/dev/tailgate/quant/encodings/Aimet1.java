package dev.tailgate.quant.encodings;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.quant.scheme.IntegerFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * AIMET encodings 1.0.0, as its encoding specification describes them.
 *
 * <pre>
 *   {"version": "1.0.0", "activation_encodings": [...], "param_encodings": [...],
 *    "quantizer_args": {...}, "excluded_layers": []}
 *   {"name": "w", "enc_type": "PER_CHANNEL", "dtype": "INT", "bw": 8, "is_sym": true,
 *    "scale": [...], "offset": [...], "block_size": 32}
 *   real = (q + offset) scale,  q in 0 .. 2^bw - 1;   offset = qmin - zero point
 * </pre>
 *
 * <p>Lists are flat: scales of blocks lie row by row, in the shape of the tensor with the number of
 * blocks at their axis.
 *
 * <p>What it cannot say:
 *
 * <ul>
 *   <li>the axis of channels and blocks: taken from how the model reads the weight;
 *   <li>whether numbers are signed: int8 with zero point 0 and uint8 with 128 are the same entry.
 *       Symmetric ones whose offsets are all {@code -2^(bw-1)} are read as signed, all others as
 *       unsigned; the real numbers of the grid are the same either way;
 *   <li>8-bit floats: refused. Other floats, and integers of more than 16 bits (biases), stay float
 *       here and are reported.
 * </ul>
 */
final class Aimet1 {
  static final String VERSION = "1.0.0";
  private static final int MOST_BITS = 16;

  private final ModelTensors tensors;
  private final List<String> leftOut;

  Aimet1(ModelTensors tensors, List<String> leftOut) {
    this.tensors = tensors;
    this.leftOut = leftOut;
  }

  static void write(Encodings encodings, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("version", VERSION);
    list(json, "activation_encodings", encodings.activations());
    list(json, "param_encodings", encodings.weights());
    json.writeObjectFieldStart("quantizer_args");
    json.writeNumberField("activation_bitwidth", widest(encodings.activations()));
    json.writeNumberField("param_bitwidth", widest(encodings.weights()));
    json.writeStringField("dtype", "int");
    json.writeBooleanField(
        "is_symmetric", encodings.weights().stream().allMatch(TensorEncoding::symmetric));
    json.writeBooleanField(
        "per_channel_quantization",
        encodings.weights().stream()
            .anyMatch(e -> e.params().layout() instanceof ScaleLayout.Axis));
    json.writeEndObject();
    json.writeArrayFieldStart("excluded_layers");
    json.writeEndArray();
    json.writeEndObject();
  }

  private static int widest(List<TensorEncoding> encodings) {
    return encodings.stream().mapToInt(e -> e.params().format().bits()).max().orElse(32);
  }

  private static void list(JsonGenerator json, String name, List<TensorEncoding> encodings)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (TensorEncoding encoding : encodings) {
      QuantParams params = encoding.params();
      if (!params.format().isUniform()) {
        throw DataException.doing("writing AIMET encodings " + VERSION)
            .expected("integers")
            .found(params.format().label())
            .where("tensor " + encoding.tensor())
            .fix("Write aimet-2.0.0 or tailgate instead.");
      }
      boolean whole = params.layout() instanceof ScaleLayout.Whole;
      json.writeStartObject();
      json.writeStringField("name", encoding.tensor());
      Optional<ScaleLayout.Blocks> blocks =
          Optional.of(params.layout())
              .filter(ScaleLayout.Blocks.class::isInstance)
              .map(ScaleLayout.Blocks.class::cast);
      json.writeStringField(
          "enc_type", whole ? "PER_TENSOR" : blocks.isPresent() ? "PER_BLOCK" : "PER_CHANNEL");
      json.writeStringField("dtype", "INT");
      json.writeNumberField("bw", params.format().bits());
      json.writeBooleanField("is_sym", encoding.symmetric());
      if (blocks.isPresent()) {
        json.writeNumberField("block_size", blocks.get().size());
      }
      json.writeArrayFieldStart("scale");
      for (int i = 0; i < params.count(); i++) {
        json.writeNumber((double) params.scale(i));
      }
      json.writeEndArray();
      int least = (int) params.format().lowest();
      int[] offsets = Arrays.stream(params.zeroPoints()).map(z -> least - z).toArray();
      json.writeFieldName("offset");
      json.writeArray(offsets, 0, offsets.length);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** The encoding of an entry, or nothing where its tensor stays float. */
  Optional<TensorEncoding> read(EncodingEntry entry) {
    String tensor = entry.text("name");
    int bits = entry.integer("bw");
    String type = entry.text("dtype");
    boolean integer = type.equals("INT");
    if ((!integer && !type.equals("FLOAT")) || bits < 2 || bits > 32 || (!integer && bits <= 8)) {
      throw entry.refused("INT of 2 to 32 bits, or FLOAT of 16 or 32", type + " of " + bits);
    }
    if (!integer || bits > MOST_BITS) {
      leftOut.add(tensor + ": " + type + " of " + bits + " bits");
      return Optional.empty();
    }
    if (entry.has("zero_point_shift")) {
      throw entry.refused("integer offsets", "zero_point_shift");
    }
    float[] scales = entry.scales("scale");
    int[] offsets = entry.integers("offset", scales.length);
    boolean symmetric = entry.flag("is_sym");
    int middle = -(1 << (bits - 1));
    boolean signed = symmetric && Arrays.stream(offsets).allMatch(offset -> offset == middle);
    IntegerFormat format = new IntegerFormat(bits, signed);
    int[] zeros = new int[offsets.length];
    for (int i = 0; i < zeros.length; i++) {
      if (offsets[i] > 0 || offsets[i] < 1 - (1 << bits)) {
        throw entry.refused("offsets from " + (1 - (1 << bits)) + " to 0", "" + offsets[i]);
      }
      zeros[i] = format.qmin() - offsets[i];
    }
    ScaleLayout layout = layout(entry, tensor, scales.length);
    QuantParams params = Layouts.params(entry, format, layout, scales, zeros);
    return Optional.of(Layouts.encoding(entry, tensor, params, symmetric));
  }

  private ScaleLayout layout(EncodingEntry entry, String tensor, int scales) {
    List<Long> dims = tensors.dims(tensor).orElse(List.of());
    switch (entry.text("enc_type")) {
      case "PER_TENSOR" -> {
        return Layouts.whole(entry, scales);
      }
      case "PER_CHANNEL" -> {
        int axis = tensors.axes(tensor).channel().orElse(-1);
        if (axis < 0) {
          throw entry.refused("a weight whose output channels the model shows", "another tensor");
        }
        return Layouts.axis(entry, axis, scales, dims);
      }
      case "PER_BLOCK" -> {
        int axis = tensors.axes(tensor).sum().orElse(-1);
        if (axis < 0) {
          throw entry.refused("a weight whose summed axis the model shows", "another tensor");
        }
        return Layouts.blocks(entry, axis, entry.integer("block_size"), scales, dims);
      }
      default ->
          throw entry.refused(
              "PER_TENSOR, PER_CHANNEL or PER_BLOCK", "'" + entry.text("enc_type") + "'");
    }
  }
}

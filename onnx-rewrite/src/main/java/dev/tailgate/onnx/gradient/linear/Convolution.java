package dev.tailgate.onnx.gradient.linear;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Operator;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.Printable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * How a convolution goes over its spatial axes, with its defaults filled in.
 *
 * @param kernel how many weights lie along each axis
 * @param strides how far a step goes
 * @param dilations how far apart the weights are
 * @param before zeros before each axis
 * @param behind zeros behind each axis
 * @param groups into how many parts the channels are divided
 */
record Convolution(
    long[] kernel, long[] strides, long[] dilations, long[] before, long[] behind, long groups) {

  /** Of a {@code Conv}, or of a pooling, which has its kernel as an attribute. */
  static Convolution of(Adjoint node) {
    Convolution plain = plain(node);
    String mode = node.node().stringAttribute("auto_pad", "NOTSET");
    return switch (mode) {
      case "NOTSET" -> plain;
      case "VALID" -> plain.padded(new long[plain.axes()], new long[plain.axes()]);
      case "SAME_UPPER" -> plain.same(node, true);
      case "SAME_LOWER" -> plain.same(node, false);
      default -> throw node.refusal("its auto_pad is " + Printable.of(mode));
    };
  }

  /** Of a {@code ConvTranspose}. */
  static Convolution ofTransposed(Adjoint node) {
    String mode = node.node().stringAttribute("auto_pad", "NOTSET");
    if (node.node().hasAttribute("output_shape") || mode.startsWith("SAME")) {
      throw node.refusal("its pads follow from the size of its output");
    }
    Convolution plain = plain(node);
    long[] added = longs(node, "output_padding", plain.axes(), 0);
    for (int i = 0; i < added.length; i++) {
      if (added[i] >= plain.strides[i]) {
        throw node.refusal("its output_padding is a whole stride");
      }
    }
    return mode.equals("VALID")
        ? plain.padded(new long[plain.axes()], new long[plain.axes()])
        : plain;
  }

  private static Convolution plain(Adjoint node) {
    long[] kernel =
        node
            .node()
            .intsAttribute("kernel_shape")
            .or(() -> sizes(node))
            .orElseThrow(() -> node.refusal("neither rank nor sizes of its kernel are known"))
            .stream()
            .mapToLong(Long::longValue)
            .toArray();
    int axes = kernel.length;
    long[] pads = longs(node, "pads", 2 * axes, 0);
    return new Convolution(
        kernel,
        longs(node, "strides", axes, 1),
        longs(node, "dilations", axes, 1),
        Arrays.copyOf(pads, axes),
        Arrays.copyOfRange(pads, axes, 2 * axes),
        node.node().intAttribute("group", 1));
  }

  private static Optional<List<Long>> sizes(Adjoint node) {
    return node.dims(1)
        .map(dims -> dims.subList(2, dims.size()).stream().map(Dim::sizeOrMinusOne).toList())
        .filter(sizes -> sizes.stream().allMatch(size -> size > 0));
  }

  private static long[] longs(Adjoint node, String attribute, int count, long otherwise) {
    return node.node()
        .intsAttribute(attribute)
        .map(all -> all.stream().mapToLong(Long::longValue).toArray())
        .orElseGet(() -> LongStream.generate(() -> otherwise).limit(count).toArray());
  }

  private Convolution padded(long[] first, long[] last) {
    return new Convolution(kernel, strides, dilations, first, last, groups);
  }

  /** Pads by which there are {@code ceil(n / s)} places; an odd zero goes behind or before. */
  private Convolution same(Adjoint node, boolean isOddBehind) {
    long[] first = new long[axes()];
    long[] last = new long[axes()];
    for (int i = 0; i < first.length; i++) {
      long size = node.size(0, i + 2);
      if (size < 0 && strides[i] > 1) {
        throw node.refusal("its pads follow from sizes that are not known (auto_pad)");
      }
      long places = size < 0 ? 1 : -Math.floorDiv(-size, strides[i]);
      long all = (places - 1) * strides[i] + reach(i) - (size < 0 ? 1 : size);
      long less = Math.max(0, all) / 2;
      first[i] = isOddBehind ? less : Math.max(0, all) - less;
      last[i] = Math.max(0, all) - first[i];
    }
    return padded(first, last);
  }

  int axes() {
    return kernel.length;
  }

  /** How many elements of an axis a window spans. */
  long reach(int i) {
    return dilations[i] * (kernel[i] - 1) + 1;
  }

  boolean isPadded() {
    return Arrays.stream(before).anyMatch(pad -> pad != 0)
        || Arrays.stream(behind).anyMatch(pad -> pad != 0);
  }

  long[] pads() {
    return LongStream.concat(Arrays.stream(before), Arrays.stream(behind)).toArray();
  }

  long kernelSize() {
    return Arrays.stream(kernel).reduce(1, Math::multiplyExact);
  }

  /** The node with all of this as attributes. */
  Operator on(Operator convolution) {
    return convolution
        .with("strides", strides)
        .with("dilations", dilations)
        .with("pads", pads())
        .with("group", groups);
  }

  /** The spatial axes of a tensor. */
  long[] spatial() {
    return LongStream.range(2, 2 + axes()).toArray();
  }

  /** Weights of one that sum up a window of one channel. */
  Value ones(GraphBuilder graph, ElementType type) {
    double[] ones = new double[Math.toIntExact(kernelSize())];
    Arrays.fill(ones, 1);
    List<Long> dims =
        LongStream.concat(LongStream.of(1, 1), Arrays.stream(kernel)).boxed().toList();
    return graph.constant(ConstantTensor.ofReals("", type, dims, ones));
  }

  /** The sum of a tensor over batch and places, one number a channel. */
  Value sumOfChannels(GraphBuilder graph, Value gradient) {
    long[] axes = LongStream.concat(LongStream.of(0), Arrays.stream(spatial())).toArray();
    return graph.node("ReduceSum", gradient, graph.longs(axes)).with("keepdims", 0).value();
  }
}

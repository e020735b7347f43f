package dev.tailgate.heal.sensitivity;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.onnx.tap.SliceWeights;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.qdq.FakeQuant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Measures the rounding noise of every point where it arises, in one run of the float model.
 *
 * <pre>
 *   activation  x:  noise = sum (Q(x) - x)^2,          signal = sum x^2
 *   weight      W:  noise = sum (x Q(W) - x W)^2,      signal = sum (x W)^2   for the node that reads it
 * </pre>
 *
 * The noise of one point does not reach another: each is what its rounding adds to an undisturbed
 * model. Padding is left out for activations.
 */
final class NoisePass {
  /** The model with its measurements, and per point the output {@code [2]}: noise and signal. */
  record Instrumented(OnnxModel model, Map<QuantPoint, String> outputs) {}

  private final OnnxModel model;
  private final Ops ops;
  private final FakeQuant nodes;
  private final SliceWeights weights;

  private NoisePass(OnnxModel model, Ops ops, boolean padded) {
    this.model = model;
    this.ops = ops;
    this.nodes = new FakeQuant(model, ops);
    this.weights = new SliceWeights(ops, padded);
  }

  static Instrumented apply(
      OnnxModel model, Map<QuantPoint, Quantizer> quantizers, boolean padded) {
    GraphEdit edit = model.edit();
    Ops ops = new Ops(model, edit, "NoisePass");
    NoisePass pass = new NoisePass(model, ops, padded);
    Map<QuantPoint, String> outputs = new LinkedHashMap<>();
    quantizers.forEach(
        (point, quantizer) ->
            pass.measure(point, quantizer).ifPresent(name -> outputs.put(point, name)));
    return new Instrumented(edit.commit(), outputs);
  }

  private Optional<String> measure(QuantPoint point, Quantizer quantizer) {
    ops.about(point.tensor());
    String rounded = nodes.apply(point.tensor(), point.type(), point.rank(), quantizer);
    if (point instanceof QuantPoint.Activation activation) {
      return Optional.of(energies(activation, point.tensor(), rounded));
    }
    return point.uses().stream()
        .filter(use -> use.inputIndex() >= 0)
        .findFirst()
        .map(use -> ofProduct(use, rounded, point.type()));
  }

  /** The reader once more, with the rounded weight; through a change of layout to the product. */
  private String ofProduct(OnnxGraph.Use use, String rounded, ElementType type) {
    OnnxNode reader = use.node();
    String second = again(use, rounded);
    if (reader.is("Transpose") || reader.is("Identity") || reader.is("Cast")) {
      Optional<OnnxGraph.Use> product =
          model.graph().uses(reader.output(0)).stream()
              .filter(u -> u.inputIndex() >= 0)
              .findFirst();
      if (product.isPresent()) {
        return sums(product.get().node().output(0), again(product.get(), second), type);
      }
    }
    return sums(reader.output(0), second, type);
  }

  private String again(OnnxGraph.Use use, String value) {
    String[] inputs = use.node().inputs().toArray(String[]::new);
    inputs[use.inputIndex()] = value;
    return ops.edit()
        .node(use.node().opType(), Ops.PREFIX + "again")
        .domain(use.node().domain())
        .attributesOf(use.node())
        .in(inputs)
        .add();
  }

  private String sums(String exact, String rounded, ElementType type) {
    String x = wide(exact, type);
    String error = ops.op("Sub", wide(rounded, type), x);
    return output(total(ops.op("Mul", error, error)), total(ops.op("Mul", x, x)));
  }

  private String total(String squares) {
    return ops.reshape(ops.node("ReduceSum", squares).attribute("keepdims", 0L).add(), 1);
  }

  private String energies(QuantPoint.Activation point, String exact, String rounded) {
    String x = wide(exact, point.type());
    String error = ops.op("Sub", wide(rounded, point.type()), x);
    String noise = ops.reduce("ReduceSum", ops.op("Mul", error, error), -1);
    String signal = ops.reduce("ReduceSum", ops.op("Mul", x, x), -1);
    Optional<String> mask = weights.of(point.tokens(), point.rank(), () -> signal);
    return mask.isEmpty()
        ? output(total(noise), total(signal))
        : output(total(real(noise, mask.get())), total(real(signal, mask.get())));
  }

  /** Padding may hold anything, infinities included, which a product with 0 would keep. */
  private String real(String perSlice, String mask) {
    return ops.op("Where", ops.op("Greater", mask, ops.scalar(0)), perSlice, ops.scalar(0));
  }

  private String wide(String value, ElementType type) {
    return type == ElementType.FLOAT ? value : ops.cast(value, ElementType.FLOAT);
  }

  private String output(String noise, String signal) {
    String both = ops.concat(0, java.util.List.of(noise, signal));
    ops.edit().addOutput(new ValueInfo(both, ElementType.FLOAT, Optional.empty()));
    return both;
  }
}

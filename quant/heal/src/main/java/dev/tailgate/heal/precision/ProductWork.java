package dev.tailgate.heal.precision;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.quant.measure.ValueShapes;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Bit operations of a model: the sum over matrix products of multiply-adds times the bits of both
 * operands, the usual measure of mixed precision. An operand in float32 counts 32 bits. Scales are
 * counted with the elements that share them, so that a scale for each row of 768 elements adds 32 /
 * 768 bits to each.
 *
 * <p>What an operand is made of is found by going back from the product to the nearest quantized
 * tensor, through what keeps or combines elements but not through another product.
 */
final class ProductWork {
  private static final double FLOAT_BITS = 32;
  private static final int LONGEST_SEARCH = 32;

  private record Work(OnnxNode product, double multiplyAdds, long width) {}

  private final OnnxGraph graph;
  private final List<Work> products = new ArrayList<>();
  private final Map<String, Double> elements = new HashMap<>();

  private ProductWork(OnnxGraph graph) {
    this.graph = graph;
  }

  /** Counts the multiply-adds of {@code batch}, and the elements of {@code tensors}. */
  static ProductWork measure(
      ModelMap map, Collection<String> tensors, Batch batch, RunnerOptions options) {
    OnnxModel model = map.model();
    ProductWork work = new ProductWork(model.graph());
    Dataflow flow = map.flow();
    List<OnnxNode> nodes =
        model.graph().nodes().stream()
            .filter(ExceptionPlaces::isProduct)
            .filter(n -> !flow.isConstant(n.output(0)))
            .toList();
    Set<String> wanted = new LinkedHashSet<>(tensors);
    nodes.forEach(
        node -> {
          wanted.add(node.output(0));
          if (!flow.isConstant(node.input(0))) {
            wanted.add(node.input(0));
          }
        });
    Map<String, long[]> shapes = ValueShapes.on(batch.inputs(), model, wanted, options);
    nodes.forEach(node -> work.add(node, shapes));
    shapes.forEach((name, shape) -> work.elements.put(name, elements(shape)));
    return work;
  }

  private void add(OnnxNode node, Map<String, long[]> shapes) {
    long[] output = shapes.get(node.output(0));
    long width = width(node, shapes);
    if (output != null && width > 0) {
      products.add(new Work(node, elements(output) * width, width));
    }
  }

  private static double elements(long[] shape) {
    double elements = 1;
    for (long dim : shape) {
      elements *= dim;
    }
    return elements;
  }

  /** How many products are summed for an element of the output. */
  private long width(OnnxNode node, Map<String, long[]> shapes) {
    if (node.is("Conv")) {
      return graph
          .constant(node.input(1))
          .map(w -> w.elementCount() / Math.max(1, w.dims().get(0)))
          .orElse(0L);
    }
    long[] left = shapes.get(node.input(0));
    if (left == null) {
      left =
          graph
              .constant(node.input(0))
              .map(c -> c.dims().stream().mapToLong(d -> d).toArray())
              .orElse(new long[0]);
    }
    boolean turned = node.intAttribute("transA", 0) != 0;
    return left.length < 2 ? 0 : left[turned ? left.length - 2 : left.length - 1];
  }

  /** Bit operations when the points of {@code quantizers} are rounded and nothing else is. */
  double bitOperations(Map<QuantPoint, Quantizer> quantizers) {
    Map<String, Double> bits = new HashMap<>();
    Map<OnnxGraph.Use, String> reads = new LinkedHashMap<>();
    quantizers.forEach(
        (point, quantizer) -> {
          point.uses().forEach(use -> reads.put(use, point.tensor()));
          bits.put(point.tensor(), bits(point, quantizer));
        });
    Operands operands = new Operands(reads, bits);
    double sum = 0;
    for (Work work : products) {
      sum +=
          work.multiplyAdds()
              * operands.bits(new OnnxGraph.Use(work.product(), 0), work.width())
              * operands.bits(new OnnxGraph.Use(work.product(), 1), work.width());
    }
    return sum;
  }

  /**
   * Bits of the rounded activations: what a residual sum in float costs, which no product reads.
   *
   * @param points all points there are; those without a quantizer are in float
   */
  double activationBits(
      Collection<? extends QuantPoint> points, Map<QuantPoint, Quantizer> quantizers) {
    Map<String, Double> bits = new HashMap<>();
    quantizers.forEach((p, q) -> bits.put(p.tensor(), Math.abs(bits(p, q))));
    return points.stream()
        .mapToDouble(
            p -> elements.getOrDefault(p.tensor(), 0.0) * bits.getOrDefault(p.tensor(), FLOAT_BITS))
        .sum();
  }

  private static double bits(QuantPoint point, Quantizer quantizer) {
    if (quantizer instanceof Quantizer.PerToken token) {
      // Shared by a row; how long it is, the product that reads it knows.
      return -token.scheme().format().bits();
    }
    if (quantizer instanceof Quantizer.Dynamic whole) {
      return whole.scheme().format().bits();
    }
    QuantParams params = ((Quantizer.Fixed) quantizer).params();
    if (!(point instanceof QuantPoint.Weight weight)) {
      // Scales of channels are known before the run and shared by all rows: they weigh nothing.
      return params.format().bits();
    }
    double elements = 1;
    for (long dim : weight.dims()) {
      elements *= dim;
    }
    boolean single = params.layout() instanceof ScaleLayout.Whole;
    return params.format().bits() + (single ? 0 : FLOAT_BITS * params.count() / elements);
  }

  /** Finds what operands are made of. */
  private final class Operands {
    private final Map<OnnxGraph.Use, String> reads;
    private final Map<String, Double> bits;

    Operands(Map<OnnxGraph.Use, String> reads, Map<String, Double> bits) {
      this.reads = reads;
      this.bits = bits;
    }

    double bits(OnnxGraph.Use operand, long width) {
      Deque<OnnxGraph.Use> open = new ArrayDeque<>(List.of(operand));
      Set<String> seen = new HashSet<>();
      while (!open.isEmpty() && seen.size() < LONGEST_SEARCH) {
        OnnxGraph.Use use = open.poll();
        String quantized = reads.get(use);
        if (quantized != null) {
          double found = bits.getOrDefault(quantized, FLOAT_BITS);
          return found < 0 ? FLOAT_BITS / width - found : found;
        }
        String value = use.node().input(use.inputIndex());
        if (seen.add(value)) {
          graph
              .producer(value)
              .filter(maker -> !ExceptionPlaces.isProduct(maker))
              .ifPresent(maker -> addInputs(maker, open));
        }
      }
      return FLOAT_BITS;
    }

    private void addInputs(OnnxNode maker, Deque<OnnxGraph.Use> open) {
      for (int i = 0; i < maker.inputs().size(); i++) {
        if (maker.hasInput(i)) {
          open.add(new OnnxGraph.Use(maker, i));
        }
      }
    }
  }
}

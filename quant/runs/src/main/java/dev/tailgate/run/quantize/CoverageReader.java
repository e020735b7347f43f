package dev.tailgate.run.quantize;

import dev.tailgate.engine.KernelProfile;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.FlatBranches;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.placement.WeightedNodes;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.qdq.QuantizedInputs;
import dev.tailgate.quant.scheme.Granularity;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads off a profile which kernel ran for each product, and says why where it is no integer one.
 * Nodes are followed from the original into the written model by their outputs, which keep their
 * names, and into the profile by numbers.
 */
final class CoverageReader {
  private static final Set<String> PRODUCTS =
      Set.of("MatMul", "Gemm", "Conv", "FusedMatMul", "ConvTranspose");
  private static final Set<String> INTEGER =
      Set.of(
          "QLinearMatMul",
          "MatMulIntegerToFloat",
          "QGemm",
          "QLinearConv",
          "MatMulInteger",
          "DynamicQuantizeMatMul",
          "ConvInteger",
          "QAttention");
  private static final String NARROW = "MatMulNBits";

  private final Map<String, String> keptFloat = new HashMap<>();
  private final QuantizedInputs inputs;
  private final Set<String> idle;

  private CoverageReader(Calibrated chosen, Set<String> idle) {
    this.inputs = new QuantizedInputs(chosen.model().graph(), chosen.quantizers());
    this.idle = idle;
    chosen
        .plan()
        .placed()
        .keptFloat()
        .forEach(kept -> keptFloat.putIfAbsent(kept.node(), kept.reason()));
  }

  /**
   * Reads the coverage.
   *
   * @param written with its branches in the main graph, as the original is
   * @param kernels of the written model
   */
  static Coverage read(Calibrated chosen, OnnxModel written, List<KernelProfile.Kernel> kernels) {
    OnnxModel original = chosen.model();
    Map<String, Integer> byOutput = new HashMap<>();
    written
        .graph()
        .nodes()
        .forEach(node -> byOutput.put(node.output(0), multiplying(written, node).index()));
    Map<Integer, String> ran = new HashMap<>();
    for (KernelProfile.Kernel kernel : kernels) {
      kernel.nodes().forEach(node -> ran.merge(node, kernel.operator(), CoverageReader::better));
    }
    CoverageReader reader = new CoverageReader(chosen, idle(written, ran.keySet()));
    List<Coverage.Product> products = new ArrayList<>();
    for (OnnxNode node : original.graph().nodes()) {
      if (PRODUCTS.contains(node.opType())) {
        Integer index = byOutput.get(node.output(0));
        products.add(reader.product(node, index == null ? "" : ran.getOrDefault(index, "")));
      }
    }
    WeightedNodes.nested(ModelMap.of(original)).stream()
        .map(
            kept ->
                new Coverage.Product(
                    kept.node().id(),
                    kept.node().opType(),
                    -1,
                    "",
                    Coverage.Outcome.FLOAT,
                    kept.reason()))
        .forEach(products::add);
    return new Coverage(products);
  }

  /** The branches of which no node was run. */
  private static Set<String> idle(OnnxModel written, Set<Integer> ran) {
    Set<String> places = new LinkedHashSet<>();
    written.graph().nodes().forEach(node -> FlatBranches.place(node).ifPresent(places::add));
    written.graph().nodes().stream()
        .filter(node -> ran.contains(node.index()))
        .forEach(node -> FlatBranches.place(node).ifPresent(places::remove));
    return places;
  }

  /** The integer product whose sums {@code node} scales, or adds a bias to; else itself. */
  private static OnnxNode multiplying(OnnxModel written, OnnxNode node) {
    OnnxNode at = node;
    for (String step : List.of("Add", "Mul", "Cast")) {
      if (at.is(step)) {
        at = written.graph().producer(at.input(0)).orElse(at);
      }
    }
    return at.is("MatMulInteger") || at.is("ConvInteger") ? at : node;
  }

  /** A node may give its name to casts and layout kernels around its own. */
  private static String better(String one, String other) {
    boolean known = INTEGER.contains(one) || one.equals(NARROW) || PRODUCTS.contains(one);
    return known ? one : other;
  }

  private Coverage.Product product(OnnxNode node, String kernel) {
    Coverage.Outcome outcome;
    String reason = "";
    List<QuantizedInputs.Input> quantized =
        Stream.of(0, 1).flatMap(i -> inputs.of(node, i).stream()).toList();
    int layer = quantized.stream().mapToInt(i -> i.point().layer()).max().orElse(-1);
    if (INTEGER.contains(kernel)) {
      outcome = Coverage.Outcome.INTEGER;
    } else if (kernel.equals(NARROW)) {
      outcome = Coverage.Outcome.NARROW_WEIGHTS;
      reason = "ONNX Runtime rounds its activations to int8 in blocks, unless told not to";
    } else if (FlatBranches.place(node).filter(idle::contains).isPresent()) {
      outcome = Coverage.Outcome.FLOAT;
      reason = "inside " + FlatBranches.place(node).get() + ", which the data does not take";
    } else if (quantized.size() < 2) {
      outcome = Coverage.Outcome.FLOAT;
      reason = whyFloat(node, quantized);
    } else {
      Optional<String> known = whyNoKernel(quantized);
      outcome = known.isPresent() ? Coverage.Outcome.FLOAT : Coverage.Outcome.FELL_BACK;
      reason =
          known.orElse(
              isHalf(quantized)
                  ? "computes in 16-bit floats, and ONNX Runtime's integer kernels need float32"
                      + " around them; --to-float32 gives them that"
                  : kernel.isEmpty()
                      ? "merged by ONNX Runtime into another kernel"
                      : "both inputs are quantized, yet ONNX Runtime did not fuse it");
    }
    return new Coverage.Product(node.id(), node.opType(), layer, kernel, outcome, reason);
  }

  private static boolean isHalf(List<QuantizedInputs.Input> quantized) {
    return quantized.stream()
        .map(input -> input.point().type())
        .anyMatch(type -> type == ElementType.FLOAT16 || type == ElementType.BFLOAT16);
  }

  private String whyFloat(OnnxNode node, List<QuantizedInputs.Input> quantized) {
    String kept = keptFloat.get(node.id());
    if (kept != null) {
      return kept;
    }
    if (quantized.isEmpty()) {
      return "not part of the placement";
    }
    return "only " + quantized.get(0).point().tensor() + " is quantized, its other input is float";
  }

  private static Optional<String> whyNoKernel(List<QuantizedInputs.Input> quantized) {
    for (QuantizedInputs.Input input : quantized) {
      if (input.quantizer() instanceof Quantizer.Dynamic) {
        continue;
      }
      if (!(input.quantizer() instanceof Quantizer.Fixed fixed)) {
        return Optional.of("per-" + new Granularity.PerToken().label() + " ranges are simulated");
      }
      QuantParams params = fixed.params();
      NumberFormat format = params.format();
      if (!format.isUniform()) {
        return Optional.of("no kernel for " + format.label() + " on this provider");
      }
      if (format.bits() > 8) {
        return Optional.of("no integer kernel for more than 8 bits");
      }
      if (params.layout() instanceof ScaleLayout.Blocks) {
        return Optional.of("no integer kernel for scales of blocks");
      }
    }
    return Optional.empty();
  }
}

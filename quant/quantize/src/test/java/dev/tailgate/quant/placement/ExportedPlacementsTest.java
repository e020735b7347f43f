package dev.tailgate.quant.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.layer.ModelMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What placements make of exports of real architectures, and what ONNX Runtime makes of that. */
class ExportedPlacementsTest {
  private static final Set<String> INTEGER =
      Set.of("MatMulIntegerToFloat", "QLinearMatMul", "QGemm", "QLinearConv");

  // Tests run in the folder of the module.
  private static final Path EXPORTS = Path.of("../../testdata/exports");
  private static final Path SHARED = Path.of("../../../shared/data/models");

  private static List<Path> models(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of(folder);
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
    }
  }

  static Stream<Arguments> exports() throws IOException {
    return models(EXPORTS).stream()
        .flatMap(
            file ->
                Stream.of(Placement.TRANSFORMER, Placement.ORT)
                    .map(placement -> Arguments.of(placement, file)));
  }

  static Stream<Arguments> shared() throws IOException {
    return models(SHARED).stream().map(Arguments::of);
  }

  private static void everyProductIsCoveredOrKept(OnnxModel model, Placement placement) {
    PlacementPlan plan = placement.plan(ModelMap.of(model));
    PlanCoverage coverage = PlanCoverage.of(model.graph(), plan);
    Map<String, Long> kept =
        plan.keptFloat().stream()
            .collect(Collectors.groupingBy(PlacementPlan.KeptFloat::node, Collectors.counting()));
    Set<OnnxNode> covered = new HashSet<>(coverage.covered());
    for (OnnxNode product : coverage.products()) {
      assertThat(kept.getOrDefault(product.id(), 0L))
          .as(product.id())
          .isEqualTo(covered.contains(product) ? 0 : 1);
    }
  }

  @ParameterizedTest
  @MethodSource("exports")
  void everyProductOfAnExportIsCoveredOrKeptFloatForAReason(Placement placement, Path file) {
    everyProductIsCoveredOrKept(OnnxModel.load(file), placement);
  }

  @ParameterizedTest
  @MethodSource("shared")
  void everyProductOfASharedModelIsCoveredOrKeptFloatForAReason(Path file) {
    Assumptions.assumeTrue(Files.isRegularFile(file), "no shared models");
    OnnxModel model;
    try {
      model = OnnxModel.load(file);
    } catch (ModelException e) {
      Assumptions.abort("not a model: " + e.getMessage());
      return;
    }
    everyProductIsCoveredOrKept(model, Placement.TRANSFORMER);
    everyProductIsCoveredOrKept(model, Placement.ORT);
  }

  @ParameterizedTest
  @MethodSource("exports")
  void everyCoveredProductRunsAsAnIntegerKernel(Placement placement, Path file) {
    String name = file.getFileName().toString();
    Assumptions.assumeFalse(
        name.contains("opset9"),
        "ONNX Runtime 1.29 rounds biases with an operator that opset 9 does not have");
    PlacedExport placed = PlacedExport.of(file, placement, PlacementRequest.DEFAULT);
    PlanCoverage coverage = PlanCoverage.of(placed.model().graph(), placed.plan());
    Set<String> rounded =
        placed.plan().activations().stream()
            .map(PlacementPlan.Candidate::tensor)
            .collect(Collectors.toSet());
    // A Gemm with a float bias becomes an integer kernel only where its output is rounded.
    long expected =
        coverage.covered().stream()
            .filter(n -> !n.is("Gemm") || !n.hasInput(2) || rounded.contains(n.output(0)))
            .count();
    Map<String, Integer> kernels = placed.kernels();
    long found = INTEGER.stream().mapToLong(kernel -> kernels.getOrDefault(kernel, 0)).sum();
    // The kernels are of float32 models only.
    assertThat(found).as(kernels.toString()).isEqualTo(name.contains("fp16") ? 0 : expected);
    assertThat(expected).isPositive();
  }
}

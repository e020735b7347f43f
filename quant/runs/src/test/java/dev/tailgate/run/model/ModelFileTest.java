package dev.tailgate.run.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.engine.tensor.TensorConversion;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.ir.TensorData;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.kit.Weights;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.result.QuantizationInfo;
import dev.tailgate.result.RunResult;
import dev.tailgate.run.audit.Audit;
import dev.tailgate.run.audit.AuditRequest;
import dev.tailgate.run.quantize.Coverage;
import dev.tailgate.run.quantize.QuantizeOutcome;
import dev.tailgate.run.quantize.QuantizeRequest;
import dev.tailgate.run.quantize.QuantizeRun;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read for a run computes what the file computes, and is saved as the file was. */
class ModelFileTest {
  private static final RunnerOptions CPU =
      new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.FLOAT_ONLY);
  private static final int WIDTH = 24;

  @TempDir Path folder;

  private static float[] values(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static Tensor flag(boolean value) {
    Tensor tensor = Tensor.allocate(ElementType.BOOL);
    tensor.data().put(0, (byte) (value ? 1 : 0));
    return tensor;
  }

  private static Map<String, Tensor> feeds(boolean take, boolean inner) {
    return Map.of(
        "x", Tensor.ofFloats(values(6 * WIDTH, 5), 2, 3, WIDTH),
        "take", flag(take),
        "inner", flag(inner));
  }

  private static Map<String, Tensor> run(
      OnnxModel model, Map<String, Tensor> feeds, Set<String> outputs) {
    try (ModelRunner runner = ModelRunner.open(model, CPU)) {
      return runner.run(feeds, outputs);
    }
  }

  /**
   * Two branches that share a weight, with a choice inside the first, a weight of its own in the
   * second, and a value of the main graph passed through.
   */
  private static OnnxModel branched() {
    GraphBuilder g = Models.opset(17);
    Weights weights = Weights.normal(g, new Random(7), 0.3);
    Value x = Models.floats(g, "x", -1, -2, WIDTH);
    Value take = g.input("take", ElementType.BOOL, new long[0]);
    Value inner = g.input("inner", ElementType.BOOL, new long[0]);
    Value shared = weights.of("shared", WIDTH, WIDTH);
    Value before = x.plus(1);
    List<Value> chosen =
        g.choose(
            take,
            () -> {
              Value once = before.matMul(shared);
              Value twice =
                  g.choose(
                          inner,
                          () -> List.of(once.relu().matMul(shared)),
                          () -> List.of(once.op("Tanh")))
                      .get(0);
              return List.of(twice, before);
            },
            () -> {
              Value own =
                  g.constant(
                      ConstantTensor.ofFloats(
                          "own", List.of((long) WIDTH, (long) WIDTH), values(WIDTH * WIDTH, 9)));
              return List.of(before.matMul(own), before.matMul(shared));
            });
    return g.output("y", chosen.get(0)).output("z", chosen.get(1)).model();
  }

  @ParameterizedTest
  @CsvSource({"true,true", "true,false", "false,true"})
  void aFlatModelComputesWhatItsBranchesCompute(boolean take, boolean inner) {
    OnnxModel model = branched();
    OnnxModel flat = ModelFile.prepared(model, CPU);
    assertThat(flat.graph().nodes()).noneMatch(node -> node.is("If"));
    assertThat(flat.graph().nodes().stream().filter(node -> node.is("MatMul"))).hasSize(4);
    Set<String> outputs = model.graph().outputNames();
    Map<String, Tensor> expected = run(model, feeds(take, inner), outputs);
    Map<String, Tensor> found = run(flat, feeds(take, inner), outputs);
    OnnxModel saved = Models.saved(flat, folder);
    Map<String, Tensor> read = run(saved, feeds(take, inner), outputs);
    assertThat(saved.graph().nodes().stream().filter(node -> node.is("If"))).hasSize(1);
    assertThat(saved.opsets()).doesNotContainKey("tailgate.flat");
    for (String output : outputs) {
      assertThat(Elements.toFloats(found.get(output)))
          .isEqualTo(Elements.toFloats(expected.get(output)));
      assertThat(Elements.toFloats(read.get(output)))
          .isEqualTo(Elements.toFloats(expected.get(output)));
    }
  }

  @Test
  void aValueOfABranchComesOutWhereItIsRunAndIsEmptyElsewhere() {
    OnnxModel flat = ModelFile.prepared(branched(), CPU);
    Set<String> products =
        flat.graph().nodes().stream()
            .filter(node -> node.is("MatMul"))
            .map(node -> node.output(0))
            .collect(Collectors.toSet());
    OnnxModel exposing = flat.exposing(products);
    Set<Integer> counts = new HashSet<>();
    run(exposing, feeds(true, true), products).values().forEach(t -> counts.add(t.elementCount()));
    assertThat(counts).containsExactlyInAnyOrder(0, 6 * WIDTH);
    long filled =
        run(exposing, feeds(true, false), products).values().stream()
            .filter(t -> t.elementCount() > 0)
            .count();
    assertThat(filled).isEqualTo(1);
    filled =
        run(exposing, feeds(false, false), products).values().stream()
            .filter(t -> t.elementCount() > 0)
            .count();
    assertThat(filled).isEqualTo(2);
  }

  private static OnnxModel alternatives() {
    GraphBuilder g = Models.opset(17);
    Weights weights = Weights.normal(g, new Random(7), 0.3);
    Value x = Models.floats(g, "x", -1, 5, WIDTH);
    Value shared = weights.of("shared", WIDTH, WIDTH);
    Value positive =
        x.op("Abs").mean(0, 1, 2).squeeze(0, 1, 2).op("Greater", g.scalar(ElementType.FLOAT, -1));
    Value y =
        g.choose(
                positive,
                () -> List.of(x.matMul(shared).relu().matMul(shared)),
                () -> List.of(x.op("Tanh").matMul(shared)))
            .get(0);
    return g.output("y", y).model();
  }

  private static Samples samples() {
    return new Samples(
        new DataRequest(Optional.empty(), Optional.empty(), 8, 4, 8, 0),
        Optional.<DataSpec>empty());
  }

  @Test
  void productsOfTheBranchThatRunsAreQuantizedAndThoseOfTheOtherAreNamed() {
    Path file = folder.resolve("model.onnx");
    alternatives().save(file);
    RunResult audited =
        Audit.run(
            AuditRequest.of(file).with(samples()).with(Optional.of(QuantizationSettings.DEPLOYED)));
    assertThat(audited.quantization().products()).contains(new QuantizationInfo.Products(2, 3));
    assertThat(audited.task().agreement("sqnr").orElseThrow().value()).isBetween(15.0, 60.0);
    assertThat(audited.warnings()).anyMatch(w -> w.contains("else_branch of If"));
    Path out = folder.resolve("q.onnx");
    QuantizeOutcome outcome =
        QuantizeRun.run(QuantizeRequest.of(file, out).with(samples()), RunProgress.SILENT);
    assertThat(outcome.coverage().count(Coverage.Outcome.INTEGER)).isEqualTo(2);
    assertThat(outcome.coverage().products())
        .filteredOn(p -> p.outcome() == Coverage.Outcome.FLOAT)
        .singleElement()
        .satisfies(p -> assertThat(p.reason()).contains("which the data does not take"));
    assertThat(OnnxModel.load(out).graph().nodes()).anyMatch(node -> node.is("If"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"w8a16", "w8a16-per-channel"})
  void weightsAloneAreQuantizedInBothBranches(String scheme) {
    Path file = folder.resolve("model.onnx");
    alternatives().save(file);
    Path out = folder.resolve("q.onnx");
    QuantizeOutcome outcome =
        QuantizeRun.run(
            QuantizeRequest.of(file, out).with(samples()).withScheme(scheme), RunProgress.SILENT);
    assertThat(outcome.quantization().weights()).isEqualTo(1);
    assertThat(outcome.comparison().simulatedAgreement().get(0).value()).isGreaterThan(25);
  }

  @Test
  void functionsAreInlinedWithTheirSitesAndProducts() {
    GraphBuilder g = Models.opset(17);
    Value x = Models.floats(g, "x", -1, 5, WIDTH);
    Value w = Weights.normal(g, new Random(3), 0.3).of("w", WIDTH, WIDTH);
    g.function(
        "local",
        "Twice",
        List.of("a", "b"),
        in -> List.of(in.get(0).matMul(in.get(1)).relu().matMul(in.get(1))));
    Value first = g.domain("local", 1).node("Twice", x, w).from("local").value();
    Value second = g.node("Twice", first, w).from("local").value();
    OnnxModel model = g.output("y", second).model();
    OnnxModel inlined = ModelFile.prepared(model, CPU);
    assertThat(inlined.functions()).isEmpty();
    assertThat(inlined.graph().nodes().stream().filter(node -> node.is("MatMul"))).hasSize(4);
    Map<String, Tensor> feeds = Map.of("x", Tensor.ofFloats(values(5 * WIDTH, 2), 1, 5, WIDTH));
    assertThat(Elements.toFloats(run(inlined, feeds, Set.of("y")).get("y")))
        .containsExactly(Elements.toFloats(run(model, feeds, Set.of("y")).get("y")));
    Path file = folder.resolve("model.onnx");
    model.save(file);
    QuantizeOutcome outcome =
        QuantizeRun.run(
            QuantizeRequest.of(file, folder.resolve("q.onnx")).with(samples()), RunProgress.SILENT);
    assertThat(outcome.coverage().count(Coverage.Outcome.INTEGER)).isEqualTo(4);
  }

  private static OnnxModel half(ElementType type) {
    GraphBuilder g = Models.opset(17);
    Value x =
        g.input(
            new ValueInfo("x", type, Optional.of(List.of(Dim.of("b"), Dim.of(5), Dim.of(WIDTH)))));
    double[] weights = new double[WIDTH * WIDTH];
    Random random = new Random(4);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = 0.2 * random.nextGaussian();
    }
    Value w =
        g.constant(ConstantTensor.ofReals("w", type, List.of((long) WIDTH, (long) WIDTH), weights));
    Value bias = g.constant(ConstantTensor.ofReals("b", type, List.of(1L), 0.5));
    Value hidden = x.matMul(w).op("Add", bias).relu();
    Value looped =
        g.loop(
                g.longs(2).squeeze(0),
                List.of(hidden),
                (step, state) -> List.of(state.get(0).op("Mul", bias)))
            .get(0);
    Value wide = looped.cast(ElementType.FLOAT).op("Tanh").cast(type);
    Value y = wide.matMul(w);
    return g.output("y", y).model();
  }

  @Test
  void aFloat16ModelComputesTheSameInFloat32() {
    OnnxModel model = half(ElementType.FLOAT16);
    OnnxModel wide = ModelFile.prepared(model, CPU.withFloat32(true));
    assertThat(wide.graph().inputs()).isEqualTo(model.graph().inputs());
    assertThat(wide.graph().outputs()).isEqualTo(model.graph().outputs());
    Tensor x =
        TensorConversion.convert(
            Tensor.ofFloats(values(10 * WIDTH, 6), 2, 5, WIDTH), ElementType.FLOAT16, "x");
    float[] expected = Elements.toFloats(run(model, Map.of("x", x), Set.of("y")).get("y"));
    float[] found = Elements.toFloats(run(wide, Map.of("x", x), Set.of("y")).get("y"));
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(0.01f));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"FLOAT16", "BFLOAT16"})
  void halvesRunInIntegersOnceTheyAreFloat32(ElementType type) {
    Path file = folder.resolve("model.onnx");
    half(type).save(file);
    QuantizeOutcome outcome =
        QuantizeRun.run(
            QuantizeRequest.of(file, folder.resolve("q.onnx"))
                .with(samples())
                .with(CPU.withFloat32(true)),
            RunProgress.SILENT);
    assertThat(outcome.coverage().count(Coverage.Outcome.INTEGER)).isEqualTo(2);
    assertThat(outcome.quantization().weights()).isEqualTo(1);
    RunResult audited =
        Audit.run(AuditRequest.of(file).with(samples()).with(CPU.withFloat32(true)));
    assertThat(audited.task().agreement("sqnr").orElseThrow().value()).isBetween(15.0, 60.0);
  }

  @Test
  void aFloat16ModelAsItIsSaysWhyNothingRunsInIntegers() {
    Path file = folder.resolve("model.onnx");
    half(ElementType.FLOAT16).save(file);
    QuantizeOutcome outcome =
        QuantizeRun.run(
            QuantizeRequest.of(file, folder.resolve("q.onnx")).with(samples()), RunProgress.SILENT);
    assertThat(outcome.coverage().products())
        .allSatisfy(p -> assertThat(p.reason()).contains("--to-float32"));
  }

  @Test
  void theWeightBehindACastIsTheCastValue() {
    GraphBuilder g = Models.opset(17);
    Value x = Models.floats(g, "x", -1, WIDTH);
    double[] weights = new double[WIDTH * 2];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.sin(i);
    }
    Value stored =
        g.constant(
            ConstantTensor.ofReals("w", ElementType.FLOAT16, List.of((long) WIDTH, 2L), weights));
    Value w = stored.cast(ElementType.FLOAT);
    OnnxModel model = g.output("y", x.matMul(w)).model();
    ConstantTensor seen = model.graph().constant(w.name()).orElseThrow();
    assertThat(seen.type()).isEqualTo(ElementType.FLOAT);
    assertThat(seen.data()).isInstanceOf(TensorData.Widened.class);
    double[] halves = model.graph().constant("w").orElseThrow().toDoubles(weights.length);
    assertThat(seen.toDoubles(weights.length)).containsExactly(halves);
    Path file = folder.resolve("model.onnx");
    model.save(file);
    Path out = folder.resolve("q.onnx");
    QuantizeOutcome outcome =
        QuantizeRun.run(
            QuantizeRequest.of(file, out).with(samples()).with(QuantizationSettings.DEPLOYED),
            RunProgress.SILENT);
    assertThat(outcome.coverage().count(Coverage.Outcome.INTEGER)).isEqualTo(1);
    OnnxModel written = OnnxModel.load(out);
    assertThat(written.graph().initializers().values())
        .noneMatch(constant -> constant.type() == ElementType.FLOAT16);
    assertThat(written.graph().nodes().stream().map(OnnxNode::opType)).doesNotContain("Cast");
  }
}

package dev.tailgate.run.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.open.Samples;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.kit.Weights;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.PlacementRequest;
import dev.tailgate.quant.placement.PointFilter;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.scheme.QuantScheme;
import dev.tailgate.result.QuantizationInfo;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.gate.Gate;
import dev.tailgate.result.gate.GateReport;
import dev.tailgate.result.gate.GateRulesFile;
import dev.tailgate.result.gate.Verdict;
import dev.tailgate.result.json.RunResultJson;
import dev.tailgate.result.wording.Findings;
import dev.tailgate.run.quantize.QuantizeRequest;
import dev.tailgate.run.quantize.QuantizeRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a scheme that reaches nothing says: never that it agrees. */
class IdleQuantizationTest {
  private static final String RULES =
      """
      version: 1
      require: {synthetic: true, min_samples: 1}
      rules:
        - {metric: sqnr, min: 10}
        - {metric: task_loss, max: 0.1}
      """;

  @TempDir Path folder;

  private Path save(OnnxModel model) {
    Path file = folder.resolve("model.onnx");
    model.save(file);
    return file;
  }

  /** Two products in the body of a loop of three steps. */
  private static OnnxModel looped() {
    GraphBuilder g = Models.opset(17);
    Weights weights = Weights.normal(g, new Random(3), 0.2);
    Value x = Models.floats(g, "x", -1, 5, 8);
    Value up = weights.of("up", 8, 16);
    Value down = weights.of("down", 16, 8);
    Value y =
        g.loop(
                g.longs(3).squeeze(0),
                List.of(x),
                (step, state) -> List.of(state.get(0).matMul(up).relu().matMul(down)))
            .get(0);
    return g.output("y", y).model();
  }

  private static OnnxModel product() {
    GraphBuilder g = Models.opset(17);
    Value x = Models.floats(g, "x", -1, 8);
    Value y = x.matMul(Weights.normal(g, new Random(3), 0.2).of("w", 8, 4));
    return g.output("y", y.relu()).model();
  }

  private static Samples samples() {
    return new Samples(
        new DataRequest(Optional.empty(), Optional.empty(), 4, 2, 8, 0),
        Optional.<DataSpec>empty());
  }

  private static RunResult audit(Path model, QuantizationSettings settings) {
    return Audit.run(AuditRequest.of(model).with(samples()).with(Optional.of(settings)));
  }

  private void quantize(Path model, QuantizationSettings settings) {
    QuantizeRun.run(
        QuantizeRequest.of(model, folder.resolve("q.onnx")).with(samples()).with(settings),
        RunProgress.SILENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"w8a8", "w4a16", "w8a8-dynamic"})
  void productsOfALoopAreCountedAndNothingIsClaimed(String scheme) {
    QuantizationSettings settings = QuantizationSettings.PAPERS.with(QuantScheme.parse(scheme));
    RunResult result = audit(save(looped()), settings);
    assertThat(result.quantization().products()).contains(new QuantizationInfo.Products(0, 2));
    assertThat(result.task().quantized()).isEmpty();
    assertThat(result.task().agreement()).isEmpty();
    assertThat(Findings.of(result))
        .contains("was not evaluated")
        .contains("none of the 2 matrix products")
        .contains("2 inside body of Loop")
        .doesNotContain("agrees");
    assertThat(result.warnings()).anyMatch(w -> w.contains("inside body of Loop"));
    assertThat(RunResultJson.read(RunResultJson.write(result))).isEqualTo(result);
    GateReport verdict = Gate.judge(result, Optional.empty(), GateRulesFile.read(RULES, "test"));
    assertThat(verdict.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(verdict.rules())
        .allSatisfy(
            rule -> {
              assertThat(rule.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
              assertThat(rule.sentence()).contains("inside body of Loop");
            });
  }

  @Test
  void quantizingNamesTheLoopAndNoFilterThatWouldNotHelp() {
    Path model = save(looped());
    assertThatThrownBy(() -> quantize(model, QuantizationSettings.DEPLOYED))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("none of 2 that can be")
        .hasMessageContaining("inside body of Loop")
        .hasMessageNotContaining("--include");
    assertThat(folder.resolve("q.onnx")).doesNotExist();
  }

  @Test
  void aFilterThatLeavesNothingIsNamed() {
    Path model = save(product());
    PointFilter filter = PointFilter.of(List.of(), List.of("op:MatMul"));
    QuantizationSettings base = QuantizationSettings.DEPLOYED;
    QuantizationSettings none = base.with(filter, List.of());
    assertThatThrownBy(() -> quantize(model, none))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("excluded by op:MatMul")
        .hasMessageContaining("leave --exclude out");
    RunResult result = audit(model, none);
    assertThat(result.task().quantized()).isEmpty();
    assertThat(Findings.of(result)).contains("1 excluded by op:MatMul");
    assertThat(base.selection()).isEqualTo(PlacementRequest.DEFAULT);
    assertThat(audit(model, base).quantization().products())
        .contains(new QuantizationInfo.Products(1, 1));
  }

  @Test
  void aModelWithoutProductsHasNothingToQuantize() {
    Path model = save(Models.identity(17));
    assertThatThrownBy(() -> quantize(model, QuantizationSettings.DEPLOYED))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("found none in the model");
    RunResult result = audit(model, QuantizationSettings.PAPERS);
    assertThat(result.task().quantized()).isEmpty();
    assertThat(Findings.of(result)).contains("no matrix product");
  }
}

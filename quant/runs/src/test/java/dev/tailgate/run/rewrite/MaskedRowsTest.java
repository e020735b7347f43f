package dev.tailgate.run.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.DataSource;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.RewriteResult;
import dev.tailgate.onnx.method.SiteSelection;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.site.SiteCheck;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskedRowsTest {
  private static final MethodSpec OUTEFFHOP = MethodSpec.of(Method.OUTEFFHOP, SoftmaxSpec.SOFTMAX1);
  private static final int TOKENS = 6;

  private SiteCheck check(OnnxModel model, MethodSpec spec, DataSource data) {
    RewriteResult rewrite = AttentionRewriter.rewrite(model, spec, SiteSelection.ALL);
    return RewriteVerification.run(
            model, rewrite, spec, Optional.empty(), data, ReferenceModel.CPU, RunProgress.SILENT)
        .sites()
        .get(0);
  }

  @ParameterizedTest
  @CsvSource({"FLOAT,1e-6", "DOUBLE,1e-12", "FLOAT16,2e-3"})
  void everyFloatTypeIsRead(ElementType type, double tolerance) {
    // Half precision has 5e-4 near 1; sum and quotient are rounded too.
    OnnxModel model = ScoreGraph.model(type, 4, 17);
    Random random = new Random(1);
    Tensor bias = ScoreGraph.random(random, type, 0, 1, 1, 1, TOKENS);
    Map<String, Tensor> inputs = ScoreGraph.inputs(random, type, new long[] {2, 3}, TOKENS, bias);
    SiteCheck check = check(model, OUTEFFHOP, ScoreGraph.given(2, inputs, Optional.empty()));
    assertThat(check.maxDifference().orElseThrow()).isLessThan(tolerance);
    assertThat(check.noOpMass().orElseThrow()).isBetween(0.001, 0.5);
    assertThat(check.rows()).isEqualTo(2 * 3 * TOKENS);
  }

  @Test
  void fullyMaskedRowsGoToNothing() {
    OnnxModel model = ScoreGraph.model(ElementType.FLOAT, 4, 17);
    Random random = new Random(2);
    // Sample 1 is masked from the first to the last key.
    Tensor bias = Tensor.allocate(ElementType.FLOAT, 2, 1, 1, TOKENS);
    for (int key = 0; key < TOKENS; key++) {
      Elements.writer(bias).put(TOKENS + key, Double.NEGATIVE_INFINITY);
    }
    Map<String, Tensor> inputs =
        ScoreGraph.inputs(random, ElementType.FLOAT, new long[] {2, 3}, TOKENS, bias);
    SiteCheck all = check(model, OUTEFFHOP, ScoreGraph.given(2, inputs, Optional.empty()));
    assertThat(all.maxDifference().orElseThrow()).isLessThan(1e-6);
    assertThat(all.zeros().orElseThrow()).isEqualTo(0.5);

    Tensor valid = Tensor.ofLongs(new long[] {1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0}, 2, TOKENS);
    SiteCheck real = check(model, OUTEFFHOP, ScoreGraph.given(2, inputs, Optional.of(valid)));
    assertThat(real.zeros().orElseThrow()).isZero();
    // Half of the rows are masked and have a mass of 1 each; padding leaves just the others.
    assertThat(all.noOpMass().orElseThrow())
        .isCloseTo((1 + real.noOpMass().orElseThrow()) / 2, within(1e-12));
    assertThat(real.rows()).isEqualTo(all.rows());
  }
}

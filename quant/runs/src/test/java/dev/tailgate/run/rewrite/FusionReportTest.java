package dev.tailgate.run.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FusionReportTest {
  /** The file has MatMul, Add and Softmax. */
  private FusionReport report(Map<String, Integer> before, Map<String, Integer> after) {
    OnnxModel model = ScoreGraph.model(ElementType.FLOAT, 4, 17);
    return FusionReport.of(model, before, after);
  }

  @Test
  void operatorsThatTheFileLacksAreFusions() {
    FusionReport report =
        report(Map.of("Attention", 12, "MatMul", 48), Map.of("MatMul", 72, "Pad", 12));
    assertThat(report.sentences())
        .containsExactly(
            "ONNX Runtime fused 12 Attention in the original and 0 in the rewritten model");
  }

  @Test
  void operatorsOfTheFileAndPlumbingAreNoFusions() {
    assertThat(report(Map.of("MatMul", 9, "Transpose", 4, "Cast", 2), Map.of()).lost()).isEmpty();
  }

  @Test
  void fusionsThatStayAreNotLost() {
    assertThat(report(Map.of("BiasGelu", 3), Map.of("BiasGelu", 3)).lost()).isEmpty();
    assertThat(report(Map.of("BiasGelu", 3), Map.of("BiasGelu", 1)).lost())
        .containsExactly(new FusionReport.Lost("BiasGelu", 3, 1));
  }
}

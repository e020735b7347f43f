package dev.tailgate.onnx.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.role.NormStyle;
import dev.tailgate.onnx.role.TapMap;
import org.junit.jupiter.api.Test;

/** The kit's transformers are what finders take them for; what they compute is tested elsewhere. */
class TransformerTest {
  private static TapMap found(OnnxModel model) {
    AttentionReport report = AttentionFinder.find(model);
    assertThat(report.notSites()).isEmpty();
    assertThat(report.sites())
        .hasSize(2)
        .allSatisfy(site -> assertThat(site.kind()).isEqualTo("self"));
    return ModelMap.of(model).taps();
  }

  @Test
  void theStyleOfTheNormsIsFound() {
    assertThat(found(Transformer.SMALL.decoder()).style()).isEqualTo(NormStyle.PRE_LN);
    assertThat(found(Transformer.SMALL.postNorm().encoder()).style()).isEqualTo(NormStyle.POST_LN);
    assertThat(found(Transformer.SMALL.vision()).layers()).isEqualTo(2);
  }

  @Test
  void masksAreFoundAndRotaryPositionsStandInNobodysWay() {
    assertThat(AttentionFinder.find(Transformer.SMALL.rotary().decoder()).sites())
        .hasSize(2)
        .allSatisfy(site -> assertThat(site.scores().mask()).isPresent());
    assertThat(AttentionFinder.find(Transformer.SMALL.vision()).sites())
        .allSatisfy(site -> assertThat(site.scores().mask()).isEmpty());
  }
}

package dev.tailgate.run.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.ReferenceModel;
import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.attention.SiteGate;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.role.NormStyle;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.onnx.role.TapPreset;
import dev.tailgate.onnx.role.TapRole;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found in the trained STanHop-like forecasters, whose architecture is known. */
@SuppressWarnings("NullAway.Init") // the folder is made for each test
class StanhopFamilyTest {
  @TempDir private Path folder;

  private OnnxModel model(String name) throws IOException {
    return OnnxModel.load(ReferenceModel.unpack("stanhop", name + ".onnx", folder));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gated_attention-1", "gated_outeffhop-2"})
  void allGatesAreLinear(String name) throws IOException {
    AttentionReport report = AttentionFinder.find(model(name));
    assertThat(report.sites())
        .hasSize(18)
        .allSatisfy(site -> assertThat(site.gate()).map(SiteGate::kind).contains("linear"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"vanilla-1", "clipped_softmax-2", "gated_outeffhop-1"})
  void associationsAreRecognised(String name) throws IOException {
    ModelMap map = ModelMap.of(model(name));
    TapMap taps = map.taps();
    assertThat(TapPreset.auto(map.flow(), taps)).isEqualTo(TapPreset.STANHOP);
    assertThat(taps.style()).isEqualTo(NormStyle.MIXED);
    // Eighteen attentions, but three of the first decoder layer are over learned positions alone.
    assertThat(TapPreset.STANHOP.select(taps))
        .filteredOn(t -> t.is(TapRole.ATTN_PROBS))
        .hasSize(15);
  }
}

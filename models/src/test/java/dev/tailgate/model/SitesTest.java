package dev.tailgate.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.Normaliser;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.role.TapPreset;
import dev.tailgate.onnx.role.TapRole;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The finders see in a built model what they see in an export: its layers, and their parts. */
class SitesTest {
  private static final Vit TOKEN_WITHOUT_NORM =
      new Vit(24, 6, 3, 8, 2, 16, 4, 24, true, false, false, 0.02, 0.02);

  /** Architecture, layers, the preset that fits, its tensors, and all activations but others. */
  static Stream<Arguments> expected() {
    return Stream.of(
        Arguments.of(Bert.TINY, 2, TapPreset.BERT, 2 * 2),
        Arguments.of(Opt.TINY, 2, TapPreset.OPT, 5 * 2 + 1),
        Arguments.of(Llama.TINY, 2, TapPreset.OPT, 5 * 2 + 1),
        // A layer has 13: two norms, qkv and its three parts, context, output, fc1, gelu, fc2,
        // sums.
        Arguments.of(Vit.TINY, 3, TapPreset.VIT, 13 * 3 + 3),
        Arguments.of(SmallModels.vit(true), 2, TapPreset.VIT, 13 * 2 + 4),
        Arguments.of(TOKEN_WITHOUT_NORM, 2, TapPreset.VIT, 13 * 2 + 3));
  }

  @ParameterizedTest
  @MethodSource("expected")
  void attentionsAreFoundAndNothingElse(Architecture architecture, int layers) {
    AttentionReport report = ModelMap.of(architecture.build(1)).attention();
    assertThat(report.sites()).hasSize(layers);
    assertThat(report.count()).isEqualTo(layers);
    assertThat(report.notSites()).isEmpty();
    assertThat(report.sites()).extracting(AttentionSite::kind).containsOnly("self");
    assertThat(report.sites())
        .extracting(AttentionSite::normaliser)
        .containsOnly(Normaliser.SOFTMAX);
  }

  @ParameterizedTest
  @MethodSource("expected")
  void activationsHaveTheirRoles(
      Architecture architecture, int layers, TapPreset preset, int tensors) {
    ModelMap map = ModelMap.of(architecture.build(1));
    assertThat(TapPreset.auto(map.flow(), map.taps())).isEqualTo(preset);
    assertThat(preset.select(map.taps())).hasSize(tensors);
    List<TapRole> once =
        List.of(
            TapRole.QUERY,
            TapRole.KEY,
            TapRole.VALUE,
            TapRole.ATTN_PROBS,
            TapRole.ATTN_OUT,
            TapRole.ATTN_LAYERNORM_OUT,
            TapRole.FFN_ACT,
            TapRole.FFN_OUT,
            TapRole.FFN_LAYERNORM_OUT,
            TapRole.BLOCK_OUT);
    assertThat(once)
        .allSatisfy(role -> assertThat(map.taps().withRole(role)).as("%s", role).hasSize(layers));
    assertThat(map.taps().withRole(TapRole.HEAD_OUT)).hasSize(1);
  }
}

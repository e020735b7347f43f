package dev.tailgate.onnx.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.ir.ModelException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TapPresetTest {
  private static Tap tap(String name, int layer, TapRole... roles) {
    return new Tap(name, Set.of(roles), layer);
  }

  private static TapMap map(Tap... taps) {
    return new TapMap(List.of(taps), NormStyle.UNKNOWN);
  }

  @Test
  void parsesNamesInAnyCase() {
    assertThat(TapPreset.parse("OPT")).isEqualTo(TapPreset.OPT);
    assertThat(TapPreset.parse("blocks")).isEqualTo(TapPreset.BLOCKS);
  }

  @Test
  void namesThePresetsWhenItKnowsNoneOfThatName() {
    assertThatThrownBy(() -> TapPreset.parse("gpt"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("bert, opt, vit, stanhop, blocks, all")
        .hasMessageContaining("gpt");
  }

  @Test
  void explainsAnEmptySelectionAndNamesWhatWorks() {
    TapMap taps = map(tap("a", -1, TapRole.LINEAR_OUT), tap("b", -1, TapRole.OTHER));
    assertThatThrownBy(() -> TapPreset.BERT.select(taps))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("2 activations with roles linear_out, other")
        .hasMessageContaining("Use --taps vit, stanhop, blocks, all");
  }

  @Test
  void explainsAModelWithoutActivations() {
    assertThatThrownBy(() -> TapPreset.ALL.select(map()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no float activation");
  }

  @Test
  void blocksFallBackToResidualSumsThenToLinearOutputs() {
    Tap block = tap("block", 0, TapRole.BLOCK_OUT);
    Tap sum = tap("sum", -1, TapRole.RESIDUAL_SUM);
    Tap linear = tap("linear", -1, TapRole.LINEAR_OUT);
    assertThat(TapPreset.BLOCKS.select(map(block, sum, linear))).containsExactly(block);
    assertThat(TapPreset.BLOCKS.select(map(sum, linear))).containsExactly(sum);
    assertThat(TapPreset.BLOCKS.select(map(linear))).containsExactly(linear);
  }

  @Test
  void vitLeavesOutScoresAndProbabilities() {
    Tap scores = tap("scores", 0, TapRole.ATTN_SCORES);
    Tap probs = tap("probs", 0, TapRole.ATTN_PROBS);
    Tap act = tap("act", 0, TapRole.FFN_ACT);
    assertThat(TapPreset.VIT.select(map(scores, probs, act))).containsExactly(act);
  }

  @Test
  void stanhopTakesProbabilitiesButNoSumsInsideABlock() {
    Tap scores = tap("scores", 0, TapRole.ATTN_SCORES);
    Tap probs = tap("probs", 0, TapRole.ATTN_PROBS);
    Tap sum = tap("sum", 0, TapRole.ATTN_RESIDUAL);
    Tap out = tap("out", 0, TapRole.FFN_RESIDUAL, TapRole.BLOCK_OUT);
    assertThat(TapPreset.STANHOP.select(map(scores, probs, sum, out))).containsExactly(probs, out);
  }

  @Test
  void onlyTheOptFeedForwardCountsTokensAsRows() {
    Tap out = tap("out", 0, TapRole.FFN_OUT);
    Tap norm = tap("norm", 0, TapRole.FFN_LAYERNORM_OUT);
    assertThat(TapPreset.OPT.rowIsToken(out)).isTrue();
    assertThat(TapPreset.OPT.rowIsToken(norm)).isTrue();
    assertThat(TapPreset.OPT.rowIsToken(tap("attn", 0, TapRole.ATTN_OUT))).isFalse();
    assertThat(TapPreset.BERT.rowIsToken(out)).isFalse();
  }

  @Test
  void printsTheBlockOutputBeforeItsOtherRoles() {
    Tap tap = tap("out", 1, TapRole.FFN_LAYERNORM_OUT, TapRole.BLOCK_OUT);
    assertThat(tap.role()).isEqualTo(TapRole.BLOCK_OUT);
    assertThat(tap.role().label()).isEqualTo("block_out");
  }
}

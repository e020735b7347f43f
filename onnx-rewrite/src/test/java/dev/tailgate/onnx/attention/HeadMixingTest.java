package dev.tailgate.onnx.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.kit.Weights;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Talking heads: two heads of width four, mixed before and behind the softmax. */
class HeadMixingTest {
  private final GraphBuilder graph = Models.opset(17);
  private final Value x = Models.floats(graph, "x", -1, 5, 8);

  private Value heads(String weights, long... perm) {
    return x.matMul(Weights.ramp(graph, weights, 8, 8)).reshape(-1, 5, 2, 4).transpose(perm);
  }

  private AttentionReport attention(UnaryOperator<Value> before, UnaryOperator<Value> behind) {
    Value scores = heads("wq", 0, 2, 1, 3).matMul(heads("wk", 0, 2, 3, 1)).over(2);
    Value probs = behind.apply(before.apply(scores).softmax(-1));
    return AttentionFinder.find(Models.of(graph, probs.matMul(heads("wv", 0, 2, 1, 3))));
  }

  private void assertMixed(AttentionReport report) {
    assertThat(report.notSites()).isEmpty();
    assertThat(report.sites())
        .singleElement()
        .satisfies(
            site -> {
              assertThat(site.scores().mixesHeads()).isTrue();
              assertThat(site.scores().mask()).isEmpty();
              assertThat(site.scores().scaled()).isEqualTo(site.normalisation().scores());
              assertThat(site.kind()).isEqualTo("self");
            });
  }

  private Value linear(Value scores, long... back) {
    Value mixed = scores.transpose(0, 2, 3, 1).matMul(Weights.ramp(graph, "mix", 2, 2));
    return mixed.plus(Weights.ramp(graph, "bias", 2)).transpose(back);
  }

  @Test
  void findsHeadsMixedByALinearMap() {
    assertMixed(attention(scores -> linear(scores, 0, 3, 1, 2), probs -> probs));
  }

  @Test
  void findsHeadsMixedBehindTheSoftmax() {
    AttentionReport report = attention(scores -> scores, probs -> linear(probs, 0, 3, 1, 2));
    assertThat(report.sites()).hasSize(1);
    assertThat(report.sites().get(0).scores().mixesHeads()).isFalse();
  }

  @Test
  void findsHeadsMixedByAConvolution() {
    Value mix = Weights.ramp(graph, "mix", 2, 2, 1, 1);
    assertMixed(attention(scores -> scores.op("Conv", mix), probs -> probs.op("Conv", mix)));
  }

  @Test
  void findsHeadsMixedByAnEinsum() {
    UnaryOperator<Value> mix =
        scores ->
            graph
                .node("Einsum", scores, Weights.ramp(graph, "mix", 2, 2))
                .with("equation", "bhij,hg->bgij")
                .value();
    assertMixed(attention(mix, probs -> probs));
  }

  @Test
  void takesAMapOverKeysForNoMixing() {
    AttentionReport report =
        attention(scores -> scores.matMul(Weights.ramp(graph, "mix", 5, 5)), probs -> probs);
    assertThat(report.sites()).isEmpty();
    assertThat(report.notSites().get(0).reason()).contains("a classifier or router");
  }

  @Test
  void takesHeadsThatDoNotComeBackForNoMixing() {
    AttentionReport report = attention(scores -> linear(scores, 0, 3, 2, 1), probs -> probs);
    assertThat(report.sites()).isEmpty();
  }
}

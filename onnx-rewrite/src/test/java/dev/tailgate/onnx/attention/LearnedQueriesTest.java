package dev.tailgate.onnx.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.kit.Weights;
import org.junit.jupiter.api.Test;

/** Constants that read five tokens of width eight, in two heads of width four. */
class LearnedQueriesTest {
  private final GraphBuilder graph = Models.opset(17);
  private final Value x = Models.floats(graph, "x", -1, 5, 8);

  private Value heads(String weights, long... perm) {
    return x.matMul(Weights.ramp(graph, weights, 8, 8)).reshape(-1, 5, 2, 4).transpose(perm);
  }

  private Value keys() {
    return heads("wk", 0, 2, 3, 1);
  }

  private Value values() {
    return heads("wv", 0, 2, 1, 3);
  }

  private AttentionSite only(Value output) {
    AttentionReport report = AttentionFinder.find(Models.of(graph, output));
    assertThat(report.notSites()).isEmpty();
    assertThat(report.sites()).hasSize(1);
    return report.sites().get(0);
  }

  private String refusal(Value output) {
    AttentionReport report = AttentionFinder.find(Models.of(graph, output));
    assertThat(report.sites()).isEmpty();
    assertThat(report.notSites()).hasSize(1);
    return report.notSites().get(0).reason();
  }

  @Test
  void findsQueriesFoldedToAConstant() {
    Value product = Weights.ramp(graph, "queries", 1, 2, 3, 4).matMul(keys());
    Value probs = product.over(2).softmax(-1);
    AttentionSite site = only(probs.matMul(values()));
    assertThat(site.kind()).isEqualTo("cross");
    assertThat(site.scores().product().output(0)).isEqualTo(product.name());
    assertThat(site.scores().queryInput()).isZero();
    assertThat(site.projections().query()).isEmpty();
    assertThat(site.projections().hidden()).isEmpty();
    assertThat(site.projections().key()).isNotEmpty();
    assertThat(site.projections().value()).isNotEmpty();
  }

  @Test
  void findsPoolingByTheProductWithOneQuery() {
    Value scores = x.matMul(Weights.ramp(graph, "query", 8, 1)).transpose(0, 2, 1);
    AttentionSite site = only(scores.softmax(-1).matMul(x));
    assertThat(site.scores().queryInput()).isEqualTo(1);
    assertThat(site.kind()).isEqualTo("cross");
  }

  @Test
  void findsPoolingWhoseScoresLoseTheAxisOfTheQuery() {
    Value scores = x.matMul(Weights.ramp(graph, "query", 8, 1)).squeeze(2);
    assertThat(only(scores.softmax(-1).unsqueeze(1).matMul(x)).scores().queryInput()).isEqualTo(1);
  }

  @Test
  void findsSeveralQueriesOnTheRightOfTheKeys() {
    Value scores = x.matMul(Weights.ramp(graph, "queries", 8, 3)).transpose(0, 2, 1);
    assertThat(only(scores.softmax(-1).matMul(x)).scores().queryInput()).isEqualTo(1);
  }

  @Test
  void findsConstantScoresThatWeightData() {
    Value scores =
        Weights.ramp(graph, "queries", 1, 2, 3, 4).matMul(Weights.ramp(graph, "keys", 1, 2, 4, 5));
    assertThat(only(scores.softmax(-1).matMul(values())).kind()).isEqualTo("unknown");
  }

  @Test
  void takesARouterOfDataForNone() {
    Value weights = x.matMul(Weights.ramp(graph, "router", 8, 3)).softmax(-1).unsqueeze(2);
    assertThat(refusal(weights.matMul(Models.floats(graph, "experts", -1, 5, 3, 8))))
        .contains("a classifier or router");
  }

  @Test
  void takesSoftLabelEmbeddingsForNone() {
    Value labels = x.matMul(Weights.ramp(graph, "classes", 8, 6)).softmax(-1);
    assertThat(refusal(labels.matMul(Weights.ramp(graph, "labels", 6, 8))))
        .contains("a classifier or router");
  }

  @Test
  void takesQueriesWhoseProbabilitiesWeightConstantsForNone() {
    Value probs = Weights.ramp(graph, "queries", 1, 2, 3, 4).matMul(keys()).softmax(-1);
    assertThat(refusal(probs.matMul(Weights.ramp(graph, "values", 1, 2, 5, 4))))
        .contains("no MatMul makes the scores");
  }

  @Test
  void saysThatProbabilitiesDoNotDependOnTheInputs() {
    Value scores =
        Weights.ramp(graph, "queries", 1, 2, 3, 4).matMul(Weights.ramp(graph, "keys", 1, 2, 4, 5));
    Value folded = scores.softmax(-1).matMul(Weights.ramp(graph, "values", 1, 2, 5, 4));
    assertThat(refusal(folded)).isEqualTo("the probabilities do not depend on the model's inputs");
  }
}

package dev.tailgate.onnx.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.attention.Normaliser;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParametersTest {
  private static void refused(Runnable making, String reason) {
    assertThatThrownBy(making::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void clippingOnlyStretches() {
    refused(() -> new Clipping.Bounds(0.1, 1), "gamma must be at most 0, found 0.1");
    refused(() -> new Clipping.Bounds(Double.NaN, 1), "gamma");
    refused(() -> new Clipping.Bounds(Double.NEGATIVE_INFINITY, 1), "gamma");
    refused(() -> new Clipping.Bounds(0, 0.99), "zeta must be at least 1, found 0.99");
    refused(() -> new Clipping.PerLength(-1), "alpha must be at least 0");
    assertThat(new Clipping.Bounds(0, 1)).isNotNull();
  }

  @Test
  void sinksAreFinite() {
    refused(() -> new Sink.Logit(Double.NEGATIVE_INFINITY), "must be finite");
    refused(() -> new Sink.PerHead(new double[] {0, Double.NaN}), "must be finite");
    refused(() -> new Sink.PerHead(new double[0]), "at least one head");
    assertThat(new Sink.PerHead(new double[] {1, 2}))
        .isEqualTo(new Sink.PerHead(new double[] {1, 2}));
  }

  @Test
  void retrievalTakesAtLeastOneStepAtAPositiveTemperature() {
    refused(() -> new Retrieval(0, OptionalDouble.empty()), "1 to 64, found 0");
    refused(() -> new Retrieval(1, OptionalDouble.of(-1)), "beta must be above 0");
    assertThat(Retrieval.ONCE.changesScores()).isFalse();
  }

  @Test
  void aGateStartsBetweenNothingAndEverything() {
    refused(() -> new GateSpec(GateKind.LINEAR, 4, 0, true, 0), "between 0 and 1");
    refused(() -> new GateSpec(GateKind.MLP, 0, 0.5, true, 0), "hidden width");
    assertThat(new GateSpec(GateKind.LINEAR, 4, 0.25, true, 0).factor()).isEqualTo(4);
    assertThat(new GateSpec(GateKind.LINEAR, 4, 0.25, false, 0).factor()).isEqualTo(1);
  }

  /** Bondarenko et al. count the parameters of each gate; BERT-base has 12 heads of width 64. */
  @ParameterizedTest
  @EnumSource(GateKind.class)
  void gatesHaveAsManyParametersAsThePaperSays(GateKind kind) {
    int heads = 12;
    int model = 768;
    int hidden = 4;
    GateWeights weights =
        GateWeights.initial(new GateSpec(kind, hidden, 0.5, true, 0), heads, model);
    int count =
        switch (kind) {
          case LINEAR -> heads * (64 + 1);
          case MLP -> heads * (hidden * (64 + 2) + 1);
          case ALL_HEADS_LINEAR -> heads * (model + 1);
        };
    assertThat(size(weights)).isEqualTo(count);
  }

  private static int size(GateWeights weights) {
    if (weights instanceof GateWeights.Mlp mlp) {
      return List.of(mlp.first(), mlp.firstBias(), mlp.second(), mlp.secondBias()).stream()
          .mapToInt(part -> part.length)
          .sum();
    }
    GateWeights.Linear linear = (GateWeights.Linear) weights;
    return linear.weight().length + linear.bias().length;
  }

  @Test
  void aSinkOfAnyLogitCountsAsSoftmax1() {
    assertThat(SoftmaxSpec.SOFTMAX.kind()).isEqualTo(Normaliser.SOFTMAX);
    assertThat(SoftmaxSpec.SOFTMAX1.kind()).isEqualTo(Normaliser.SOFTMAX1);
    assertThat(SoftmaxSpec.SOFTMAX1.clipped(new Clipping.PerLength(2)).kind())
        .isEqualTo(Normaliser.CLIPPED_SOFTMAX1);
  }
}

package dev.tailgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.model.hopfield.OutEffHop;
import dev.tailgate.model.hopfield.OutEffHopLayer;
import dev.tailgate.model.hopfield.OutEffHopPooling;
import dev.tailgate.model.hopfield.Retrieval;
import dev.tailgate.model.hopfield.Separation;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.Normaliser;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodValues;
import dev.tailgate.onnx.method.SiteSelection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The layers of OutEffHop give what PyTorch gives, and are attentions to the tool. */
class HopfieldLayersTest {
  /** Outputs are of the order of 1 to 5, of sums of 16 float32 products. */
  private static final double ROUNDING = 1e-5;

  @TempDir private Path folder;

  private static Value input(Net net, String name, long width) {
    return net.graph()
        .input(name, ElementType.FLOAT, Dim.of("batch"), Dim.of(name + "_length"), Dim.of(width));
  }

  private static OnnxModel output(Net net, Value z) {
    return net.output("z", z, Dim.of("batch"), Dim.of("length"), Dim.of(16));
  }

  private static OnnxModel association(Separation separation, double beta, int steps) {
    Net net = Net.of(1);
    Retrieval retrieval = new Retrieval(separation, new Heads(16, 4), beta, steps);
    Value r = input(net, "r", 12);
    Value y = input(net, "y", 10);
    return output(
        net, new OutEffHop(12, 10, retrieval, true).of(net.at("layer"), r, y, Optional.empty()));
  }

  private static OnnxModel pooling() {
    Net net = Net.of(1);
    Retrieval retrieval = new Retrieval(Separation.SOFTMAX1, new Heads(16, 2), 0.5, 1);
    Value y = input(net, "y", 10);
    Value mask =
        net.graph()
            .input(
                "mask",
                ElementType.FLOAT,
                Dim.of("batch"),
                Dim.of(1),
                Dim.of(1),
                Dim.of("y_length"));
    return output(
        net,
        new OutEffHopPooling(3, 10, retrieval, true).of(net.at("layer"), y, Optional.of(mask)));
  }

  private static OnnxModel layer() {
    Net net = Net.of(1);
    Value r = input(net, "r", 12);
    Retrieval attention = Retrieval.outEffHop(16, 4);
    return output(net, new OutEffHopLayer(6, 12, attention, true).of(net.at("layer"), r));
  }

  @Test
  void layersAreThoseOfPyTorch() throws IOException {
    assertThat(
            Expected.of("hopfield-association", folder)
                .distance(association(Separation.SOFTMAX1, 0.7, 2)))
        .isLessThan(ROUNDING);
    assertThat(Expected.of("hopfield-pooling", folder).distance(pooling())).isLessThan(ROUNDING);
    assertThat(Expected.of("hopfield-layer", folder).distance(layer())).isLessThan(ROUNDING);
  }

  @Test
  void softmaxAndAnotherNumberOfStepsAreOtherLayers() throws IOException {
    Expected expected = Expected.of("hopfield-association", folder);
    assertThat(expected.distance(association(Separation.SOFTMAX, 0.7, 2))).isGreaterThan(1e-2);
    assertThat(expected.distance(association(Separation.SOFTMAX1, 0.7, 1))).isGreaterThan(1e-2);
    assertThat(expected.distance(association(Separation.SOFTMAX1, 0.8, 2))).isGreaterThan(1e-2);
  }

  @ParameterizedTest
  @EnumSource(Separation.class)
  void eachLayerIsOneSite(Separation separation) {
    assertThat(ModelMap.of(association(separation, 0.5, 1)).attention().sites())
        .singleElement()
        .extracting(AttentionSite::normaliser)
        .isEqualTo(new Normaliser(separation.label()));
  }

  @Test
  void poolingAndLayerAreSites() {
    for (OnnxModel model : new OnnxModel[] {pooling(), layer()}) {
      assertThat(ModelMap.of(model).attention().sites())
          .singleElement()
          .extracting(AttentionSite::normaliser)
          .isEqualTo(Normaliser.SOFTMAX1);
    }
  }

  /** What the rewrite makes of a softmax layer is the OutEffHop layer of the same weights. */
  @Test
  void theRewriteOfALayerIsTheOtherLayer() {
    OnnxModel rewritten =
        AttentionRewriter.rewrite(
                association(Separation.SOFTMAX, 0.7, 1),
                Method.OUTEFFHOP.spec(MethodValues.NONE, 1),
                SiteSelection.ALL)
            .model();
    assertThat(run(rewritten)).isEqualTo(run(association(Separation.SOFTMAX1, 0.7, 1)));
  }

  private static Tensor run(OnnxModel model) {
    Random random = new Random(9);
    Map<String, Tensor> inputs =
        Map.of("r", normal(random, 2, 5, 12), "y", normal(random, 2, 7, 10));
    try (ModelRunner runner = ModelRunner.open(model, RunnerOptions.DEFAULT)) {
      return runner.run(inputs, Set.of("z")).get("z");
    }
  }

  private static Tensor normal(Random random, int... shape) {
    float[] values = new float[shape[0] * shape[1] * shape[2]];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(values, shape[0], shape[1], shape[2]);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void aBetaThatIsNoneIsRefused(double beta) {
    assertThatThrownBy(() -> new Retrieval(Separation.SOFTMAX1, new Heads(16, 4), beta, 1))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("beta above 0");
  }

  @Test
  void whatRetrievesNothingIsRefused() {
    Heads heads = new Heads(16, 4);
    assertThatThrownBy(() -> new Retrieval(Separation.SOFTMAX1, heads, 1, 0))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("1 update step");
    assertThatThrownBy(() -> Retrieval.outEffHop(16, 3)).isInstanceOf(ModelException.class);
    Retrieval retrieval = Retrieval.outEffHop(16, 4);
    assertThatThrownBy(() -> new OutEffHop(12, 16, retrieval, false))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("width 16");
    assertThatThrownBy(() -> new OutEffHopPooling(2, 12, retrieval, false))
        .isInstanceOf(ModelException.class);
    assertThatThrownBy(() -> new OutEffHopLayer(2, 12, retrieval, false))
        .isInstanceOf(ModelException.class);
  }
}

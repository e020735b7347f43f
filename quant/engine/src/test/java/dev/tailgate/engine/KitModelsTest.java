package dev.tailgate.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.kit.Sublayers;
import dev.tailgate.onnx.kit.Transformer;
import dev.tailgate.onnx.kit.Weights;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Parts of the kit compute what their names say. */
class KitModelsTest {
  private static final RunnerOptions CPU =
      new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.NONE);

  private static float[] run(OnnxModel model, Map<String, Tensor> feeds, String output) {
    try (ModelRunner runner = ModelRunner.open(model, CPU)) {
      return runner.run(feeds, Set.of(output)).get(output).toFloats();
    }
  }

  private static float[] normal(int size, long seed) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void aDecoderDoesNotLookAhead() {
    for (Transformer kind :
        new Transformer[] {
          Transformer.SMALL, Transformer.SMALL.rotary(), Transformer.SMALL.postNorm()
        }) {
      OnnxModel model = kind.decoder();
      float[] before = run(model, Map.of("ids", ids(1, 2, 3, 4, 5, 6)), "logits");
      float[] after = run(model, Map.of("ids", ids(1, 2, 3, 9, 5, 6)), "logits");
      int seen = 3 * kind.words();
      for (int i = 0; i < before.length; i++) {
        assertThat(before[i] == after[i]).as("logit %d", i).isEqualTo(i < seen);
      }
    }
  }

  private static Tensor ids(long... ids) {
    return Tensor.ofLongs(ids, 1, ids.length);
  }

  @Test
  void anEncoderDoesNotReadPadding() {
    OnnxModel model = Transformer.SMALL.encoder();
    Map<String, Tensor> feeds = new HashMap<>();
    feeds.put("attention_mask", ids(1, 1, 1, 1, 0, 0));
    feeds.put("ids", ids(1, 2, 3, 4, 5, 6));
    float[] before = run(model, feeds, "hidden");
    feeds.put("ids", ids(1, 2, 3, 4, 7, 8));
    float[] after = run(model, feeds, "hidden");
    assertThat(Arrays.copyOf(after, 32)).containsExactly(Arrays.copyOf(before, 32));
    assertThat(after).isNotEqualTo(before);
  }

  @Test
  void picturesBecomeOneRowOfLogitsEach() {
    Tensor pixels = Tensor.ofFloats(normal(2 * 3 * 12 * 2, 5), 2, 3, 12, 2);
    float[] logits = run(Transformer.SMALL.vision(), Map.of("pixels", pixels), "logits");
    assertThat(logits).hasSize(2 * Transformer.SMALL.words());
  }

  @Test
  void normsAndActivationsAreTheirFormulas() {
    GraphBuilder g = Models.opset(17);
    Value x = g.input("x", ElementType.FLOAT, 4);
    g.output("rms", Sublayers.rmsNorm(x, Weights.ramp(g, "gain", 4)));
    g.output("gelu", Sublayers.gelu(x));
    OnnxModel model = g.model();
    float[] values = {-1, 0.5f, 2, -0.25f};
    Map<String, Tensor> feeds = Map.of("x", Tensor.ofFloats(values, 4));
    float[] rms = run(model, feeds, "rms");
    float[] gelu = run(model, feeds, "gelu");
    double root = Math.sqrt((1 + 0.25 + 4 + 0.0625) / 4 + 1e-5);
    // x Phi(x) from a table of the normal distribution, six decimals.
    double[] published = {-0.158655, 0.345731, 1.954500, -0.100323};
    for (int i = 0; i < 4; i++) {
      assertThat((double) rms[i]).isCloseTo(values[i] / root * 0.01 * (i + 1), within(1e-7));
      assertThat((double) gelu[i]).isCloseTo(published[i], within(1e-6));
    }
  }

  @Test
  void rotaryScoresDependOnTheDistanceAlone() {
    GraphBuilder g = Models.opset(17);
    Value q = g.input("q", ElementType.FLOAT, 1, 1, 5, 4);
    Value k = g.input("k", ElementType.FLOAT, 1, 1, 5, 4);
    Value turned = Sublayers.rotary(g, k, 5, 4).transpose(0, 1, 3, 2);
    OnnxModel model = Models.of(g, Sublayers.rotary(g, q, 5, 4).matMul(turned).as("scores"));
    float[] one = normal(4, 1);
    float[] other = normal(4, 2);
    float[] queries = new float[20];
    float[] keys = new float[20];
    for (int i = 0; i < 20; i++) {
      queries[i] = one[i % 4];
      keys[i] = other[i % 4];
    }
    Map<String, Tensor> feeds =
        Map.of("q", Tensor.ofFloats(queries, 1, 1, 5, 4), "k", Tensor.ofFloats(keys, 1, 1, 5, 4));
    float[] scores = run(model, feeds, "scores");
    for (int t = 0; t < 5; t++) {
      for (int s = 0; s < 5; s++) {
        float first = scores[t >= s ? 5 * (t - s) : s - t];
        assertThat((double) scores[5 * t + s]).isCloseTo(first, within(1e-5));
      }
    }
  }
}

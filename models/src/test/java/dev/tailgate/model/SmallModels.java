package dev.tailgate.model;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** One small model of each architecture, and a ViT with a token of its own. */
final class SmallModels {
  private SmallModels() {}

  /** A small ViT with a token of its own and a norm of patches, or with a mask of itself. */
  static Vit vit(boolean token) {
    return new Vit(24, 6, 3, 8, 2, 16, 4, 24, token, token, !token, 0.2, 0.5);
  }

  static Stream<Arguments> all() {
    return Stream.of(
        Arguments.of("bert", new Bert(28, 12, 2, 16, 4, 24, Positions.LEARNED, 0.2, 0.5)),
        Arguments.of("opt", new Opt(28, 12, 2, 16, 4, 24, true, Positions.SINUSOIDAL, 0.2, 0.5)),
        Arguments.of("llama", new Llama(28, 12, 2, 16, 4, 2, 24, 10000, 0.2)),
        Arguments.of("stanhop", new Stanhop(20, 9, 4, 3, 16, 4, 24, 5, 2, 2, true)),
        Arguments.of("vit", vit(false)),
        Arguments.of("vit with a token", vit(true)));
  }

  /** Two samples for one of these, of as many tokens where it reads tokens. */
  static Map<String, Tensor> inputs(OnnxModel model, int tokens) {
    Random random = new Random(4);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    model
        .graph()
        .inputs()
        .forEach(input -> inputs.put(input.name(), tensor(input.name(), tokens, random)));
    return inputs;
  }

  private static Tensor tensor(String input, int tokens, Random random) {
    switch (input) {
      case "input_ids":
        return Tensor.ofLongs(random.longs(2L * tokens, 0, 28).toArray(), 2, tokens);
      case "attention_mask":
        long[] open = new long[2 * tokens];
        for (int i = 0; i < open.length - 1; i++) {
          open[i] = 1;
        }
        return Tensor.ofLongs(open, 2, tokens);
      case "x":
        return Tensor.ofFloats(normal(random, 2 * 20 * 3), 2, 20, 3);
      default:
        return Tensor.ofFloats(normal(random, 2 * 3 * 24 * 24), 2, 3, 24, 24);
    }
  }

  private static float[] normal(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}

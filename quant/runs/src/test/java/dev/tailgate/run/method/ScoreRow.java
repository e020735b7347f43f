package dev.tailgate.run.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.engine.RunnerOptions.Optimization;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.kit.Attentions;
import dev.tailgate.onnx.kit.Models;
import dev.tailgate.onnx.method.MethodSpec;
import java.util.Map;
import org.assertj.core.data.Offset;

/**
 * A row of scores through a rewritten attention. One query of width 1 makes the scores whatever the
 * keys are, and values that are the unit matrix let the probabilities out; a NaN among them spreads
 * over the row.
 */
final class ScoreRow {
  private ScoreRow() {}

  static OnnxModel model(long opset, ElementType type, int keys) {
    GraphBuilder g = Models.opset(opset);
    Value query = g.input("q", type, 1, 1, 1, 1);
    Value key = g.input("k", type, 1, 1, 1, keys);
    Value value = g.input("v", type, 1, 1, keys, keys);
    Value probs = Attentions.softmax(query.matMul(key), 4, opset);
    return Models.of(g, probs.matMul(value));
  }

  private static Tensor tensor(ElementType type, double[] values, long... shape) {
    Tensor tensor = Tensor.allocate(type, shape);
    Elements.Writer writer = Elements.writer(tensor);
    for (int i = 0; i < values.length; i++) {
      writer.put(i, values[i]);
    }
    return tensor;
  }

  private static Map<String, Tensor> feeds(ElementType type, double... scores) {
    int keys = scores.length;
    double[] unit = new double[keys * keys];
    for (int i = 0; i < keys; i++) {
      unit[i * keys + i] = 1;
    }
    return Map.of(
        "q", tensor(type, new double[] {1}, 1, 1, 1, 1),
        "k", tensor(type, scores, 1, 1, 1, keys),
        "v", tensor(type, unit, 1, 1, keys, keys));
  }

  /** Probabilities of the rewritten graph, after the checks of {@link MethodTester}. */
  static double[] probs(long opset, ElementType type, MethodSpec spec, double... scores) {
    OnnxModel rewritten = MethodTester.rewriting(model(opset, type, scores.length), spec).model();
    return MethodTester.run(rewritten, feeds(type, scores), Optimization.FLOAT_ONLY);
  }

  /** The probabilities of the graph in float32 and of the reference in doubles are these. */
  static void gives(MethodSpec spec, double tolerance, double[] scores, double... expected) {
    double[] reference = scores.clone();
    spec.normaliser().normalise(reference, 0);
    // A few ulps of double.
    assertThat(reference).containsExactly(expected, Offset.offset(1e-14));
    assertThat(probs(17, ElementType.FLOAT, spec, scores))
        .containsExactly(expected, Offset.offset(tolerance));
  }
}

package dev.tailgate.train.loss;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import java.util.List;

/**
 * Pairs that are to be near, each second against all others of the batch: for the vectors {@code
 * a_i} of rows {@code 2i} and {@code b_i} of rows {@code 2i + 1},
 *
 * <pre>
 *   mean_i  -log softmax_j(s cos(a_i, b_j))[i]
 * </pre>
 *
 * <p>as {@code MultipleNegativesRankingLoss} of Sentence Transformers has it (Henderson et al.,
 * arXiv 1705.00652, section 4.4; InfoNCE, arXiv 1807.03748). A batch has an even number of rows.
 *
 * @param value a float value of the student, {@code [B, C]} or {@code [B, T, C]}
 * @param embedding how tokens are pooled
 * @param scale {@code s > 0}; 20 is usual
 */
public record Contrast(String value, Embedding embedding, double scale) implements Loss {
  /** Refuses a scale that is not above 0. */
  public Contrast {
    if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("A scale of " + scale);
    }
  }

  @Override
  public Value build(LossGraph graph) {
    GraphBuilder g = graph.builder();
    Value vectors = embedding.of(graph, graph.student(value), graph.rank(value));
    ElementType type = vectors.type();
    // [B, C] to [B / 2, 2, C]: the size of the last axis is taken from the vectors.
    Value pairs = vectors.op("Reshape", g.concat(0, g.longs(-1, 2), vectors.extent(1))).of(type);
    Value first = Embedding.direction(row(g, pairs, 0));
    Value second = Embedding.direction(row(g, pairs, 1));
    Value scores = first.matMul(second.transpose(1, 0)).times(scale);
    Value logs = g.node("LogSoftmax", scores).with("axis", -1).value();
    ConstantTensor zero = ConstantTensor.ofReals("", type, List.of(1L), 0);
    Value zeros = g.node("ConstantOfShape", logs.shape()).with("value", zero).value();
    Value right = zeros.of(type).op("EyeLike").of(type);
    Value total = g.node("ReduceSum", logs.times(right)).with("keepdims", 0).value();
    Value number = first.extent(0).reshape().cast(type).of(type);
    return total.over(number).negative();
  }

  private static Value row(GraphBuilder g, Value pairs, long which) {
    return g.node("Squeeze", pairs.slice(1, which, which + 1), g.longs(1)).value();
  }
}

package dev.tailgate.train.loss;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;

/**
 * Pairs in the order of their scores: for the cosine {@code c_i} of the vectors of rows {@code 2i}
 * and {@code 2i + 1} and the score {@code y_i} of the pair,
 *
 * <pre>
 *   log(1 + sum_{i, j: y_i &lt; y_j} exp(s (c_i - c_j)))
 * </pre>
 *
 * <p>as {@code CoSENTLoss} of Sentence Transformers has it (Su, 2022), which asks nothing of the
 * range of scores. Without two pairs of different scores it is 0. A batch has an even number of
 * rows.
 *
 * @param value a float value of the student, {@code [B, C]} or {@code [B, T, C]}
 * @param target what the data calls the scores, {@code [B]}, those of rows {@code 2i} being read
 * @param embedding how tokens are pooled
 * @param scale {@code s > 0}; 20 is usual
 */
public record PairRanking(String value, String target, Embedding embedding, double scale)
    implements Loss {
  /** Far below any difference of cosines, and finite: {@code exp} of it is 0. */
  private static final double NOT_COUNTED = -1e4;

  /** Refuses a scale that is not above 0. */
  public PairRanking {
    if (!(scale > 0 && scale <= 1000)) {
      throw new IllegalArgumentException("A scale of " + scale);
    }
  }

  @Override
  public Value build(LossGraph graph) {
    GraphBuilder g = graph.builder();
    Value vectors = embedding.of(graph, graph.student(value), graph.rank(value));
    ElementType type = vectors.type();
    Value pairs = vectors.op("Reshape", g.concat(0, g.longs(-1, 2), vectors.extent(1))).of(type);
    Value cosine =
        Embedding.direction(row(g, pairs, 0)).times(Embedding.direction(row(g, pairs, 1))).sum(-1);
    Value scores = graph.fed(new Feed.Target(target), type, 1).reshape(-1, 2).slice(1, 0, 1);
    Value isLess = scores.op("Less", scores.transpose(1, 0)).of(ElementType.BOOL);
    Value differences = cosine.minus(cosine.transpose(1, 0)).times(scale);
    Value counted = isLess.where(differences, g.scalar(type, NOT_COUNTED)).of(type);
    Value all = g.concat(0, g.scalar(type, 0).reshape(1), counted.reshape(-1));
    return g.node("ReduceLogSumExp", all).with("keepdims", 0).value();
  }

  private static Value row(GraphBuilder g, Value pairs, long which) {
    return g.node("Squeeze", pairs.slice(1, which, which + 1), g.longs(1)).value();
  }
}

package dev.tailgate.train.loss;

import dev.tailgate.onnx.build.Value;

/**
 * How far the direction of a sample's vector is from the teacher's, {@code mean_i (1 - cos(e_i,
 * e'_i))} over the samples with a token that counts. Both are pooled in one way.
 *
 * @param student a float value of the student, {@code [B, C]} or {@code [B, T, C]}
 * @param teacher the value of the teacher, in the same shape
 * @param embedding how tokens are pooled
 */
public record EmbeddingDistance(String student, String teacher, Embedding embedding)
    implements Loss {
  @Override
  public Value build(LossGraph graph) {
    int rank = graph.rank(student);
    Value mine = embedding.of(graph, graph.student(student), rank);
    Value given = embedding.of(graph, graph.teacher(teacher, student), rank);
    Value cosine = Embedding.direction(mine).times(Embedding.direction(given)).sum(-1);
    return embedding.mean(graph, cosine.negative().plus(1));
  }
}

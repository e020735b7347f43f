package dev.tailgate.quant.score;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.Batch;
import dev.tailgate.data.Pooling;
import dev.tailgate.data.Scoring;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.tensor.Tensor;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EmbeddingsTest {
  /** Two samples of three tokens of two channels; the last token of the second is padding. */
  private static final Tensor TOKENS =
      Tensor.ofFloats(new float[] {3, 4, 0, 8, -6, 0, 0, 2, 5, -1, 90, 90}, 2, 3, 2);

  private static final Tensor MASK = Tensor.ofLongs(new long[] {1, 1, 1, 1, 1, 0}, 2, 3);

  private static double[][] pooled(Pooling pooling) {
    Batch batch = new Batch(0, 2, Map.of(), Optional.empty(), Optional.of(MASK));
    return Embeddings.of(new Embeddings.Source("y", pooling), batch, Map.of("y", TOKENS));
  }

  private static void isUnit(double[] vector, double x, double y) {
    double norm = Math.hypot(x, y);
    assertThat(vector).containsExactly(x / norm, y / norm);
  }

  @Test
  void poolsTokensThatAreNoPadding() {
    isUnit(pooled(Pooling.MEAN)[0], -3, 12);
    isUnit(pooled(Pooling.MEAN)[1], 5, 1);
    isUnit(pooled(Pooling.CLS)[0], 3, 4);
    isUnit(pooled(Pooling.CLS)[1], 0, 2);
    isUnit(pooled(Pooling.MAX)[0], 3, 8);
    isUnit(pooled(Pooling.MAX)[1], 5, 2);
    isUnit(pooled(Pooling.LAST)[0], -6, 0);
    isUnit(pooled(Pooling.LAST)[1], 5, -1);
  }

  @Test
  void readsTokensWherePoolingIsStatedThoughThereIsAPooledOutput() {
    ModelOutputs bert =
        new ModelOutputs(
            "h", Optional.empty(), Optional.empty(), "pooler_output", Optional.of("h"));
    ModelOutputs sentence =
        new ModelOutputs(
            "h", Optional.empty(), Optional.empty(), "sentence_embedding", Optional.of("h"));
    Scoring silent = Scoring.of(Task.SIMILARITY);
    Scoring stated = new Scoring(Task.SIMILARITY, Optional.of(Pooling.CLS), Optional.empty());
    Scoring found = new Scoring(Task.SIMILARITY, Optional.empty(), Optional.of(Pooling.CLS));
    assertThat(silent.embedding(bert)).isEqualTo("pooler_output");
    assertThat(stated.embedding(bert)).isEqualTo("h");
    assertThat(stated.embedding(sentence)).isEqualTo("h");
    assertThat(found.embedding(bert)).isEqualTo("h");
    assertThat(found.embedding(sentence)).isEqualTo("sentence_embedding");
    assertThat(found.used()).isEqualTo(Pooling.CLS);
  }
}

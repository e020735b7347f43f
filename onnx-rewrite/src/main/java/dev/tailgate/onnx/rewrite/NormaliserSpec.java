package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.attention.Normaliser;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.NodeDraft;
import java.util.Optional;

/**
 * What turns the scores of one site into probabilities, with its parameters: the nodes it is
 * written as, and the same in doubles. Implementations are values without state.
 */
public interface NormaliserSpec {
  /** A score below this is that of a masked key: masks add -1e4 or less, or minus infinity. */
  double MASKED = -5e3;

  /** What it is called where a model is listed; the finder finds it under this name again. */
  Normaliser kind();

  /** Why it cannot be written for scores of this form, as a clause that can follow a colon. */
  Optional<String> fault(ScoreForm form);

  /**
   * Writes it over the last axis of {@code scores}, of a form that has no {@link #fault}.
   *
   * @return the node that makes the probabilities, to be added by the caller
   */
  NodeDraft write(Ops ops, ScoreForm form, String scores);

  /**
   * The reference: replaces scores by probabilities in doubles, slow and plain.
   *
   * @param row all scores of one query, {@code [S]}; stays empty where it is
   * @param head below {@link #heads()}
   */
  void normalise(double[] row, int head);

  /** Number of heads that are normalised differently; 1 where all are alike. */
  default int heads() {
    return 1;
  }

  /** The logit that stands beside the keys, for operators that know of one; empty without. */
  default Optional<Sink> sink() {
    return Optional.empty();
  }

  /** Whether the finder knows it by a mark in the metadata of its nodes, not by their form. */
  default boolean isMarked() {
    return true;
  }
}

package dev.tailgate.quant.site;

import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import java.util.Optional;

/** What of a rewritten site can be looked at. */
sealed interface SiteTarget {
  /** Number of the site. */
  int number();

  /** Name of the site. */
  String id();

  /**
   * Scores and probabilities are values of the rewritten graph.
   *
   * @param now the site in the rewritten model
   * @param probs its probabilities, under the name they had in the original
   * @param reference what its probabilities should be; empty where the parameters are not known
   * @param note why they are not
   */
  record WrittenOut(
      int number,
      String id,
      AttentionSite now,
      String probs,
      Optional<NormaliserSpec> reference,
      String note)
      implements SiteTarget {}

  /**
   * They are inside one operator.
   *
   * @param operator its name
   * @param context the value with the context, in the original and in the rewritten model
   * @param gate the gate's value in the rewritten model
   */
  record Fused(int number, String id, String operator, String context, Optional<String> gate)
      implements SiteTarget {}

  /** Only the outputs of the model tell. */
  record OutputsOnly(int number, String id, String note) implements SiteTarget {}
}

package dev.tailgate.onnx.method;

import dev.tailgate.onnx.rewrite.GateContext;
import dev.tailgate.onnx.rewrite.ReplaceNormaliser;
import dev.tailgate.onnx.rewrite.RewriteRule;
import dev.tailgate.onnx.rewrite.fused.FusedRules;
import java.util.List;
import java.util.stream.Stream;

/** The rules of all stages of a rewrite. */
public final class RewriteRules {
  /** Gives an attention that is written out another normaliser. */
  public static final ReplaceNormaliser REPLACE_NORMALISER = new ReplaceNormaliser();

  /** Puts the gate of Gated_Attention on a site. */
  public static final GateContext GATE_CONTEXT = new GateContext();

  /**
   * In the order of the stages: fused operators get a sink or are written out, see {@link
   * FusedRules}; what is written out gets its normaliser; gates go on last.
   */
  public static final List<RewriteRule<?, ?>> ALL =
      Stream.<RewriteRule<?, ?>>concat(
              FusedRules.ALL.stream(), Stream.of(REPLACE_NORMALISER, GATE_CONTEXT))
          .toList();

  private RewriteRules() {}
}

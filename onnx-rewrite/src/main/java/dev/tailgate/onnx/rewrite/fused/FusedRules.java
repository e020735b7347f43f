package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.Decision;
import dev.tailgate.onnx.rewrite.Effect;
import dev.tailgate.onnx.rewrite.FusedChoice;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.RewriteScope;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The rules for attentions that are one operator, and the choice among them. */
public final class FusedRules {
  /** Sets {@code smooth_softmax} or {@code head_sink} of GroupQueryAttention. */
  public static final OperatorRule USE_SMOOTH_SOFTMAX = new UseSmoothSoftmax();

  /** Puts a key and value of zeros in front of those of MultiHeadAttention. */
  public static final OperatorRule ADD_ZERO_TOKEN_TO_MULTI_HEAD_ATTENTION =
      new AddZeroTokenToMultiHeadAttention();

  /** Puts a key and value of zeros in front of those of ai.onnx.Attention, or into its past. */
  public static final OperatorRule ADD_ZERO_TOKEN_TO_ATTENTION = new AddZeroTokenToAttention();

  /** Writes MultiHeadAttention out as the operators it stands for. */
  public static final OperatorRule UNFUSE_MULTI_HEAD_ATTENTION = new UnfuseMultiHeadAttention();

  /** Writes com.microsoft.Attention out, its projection included. */
  public static final OperatorRule UNFUSE_MICROSOFT_ATTENTION = new UnfuseMicrosoftAttention();

  /** Writes ai.onnx.Attention out as the operators it stands for. */
  public static final OperatorRule UNFUSE_ONNX_ATTENTION = new UnfuseOnnxAttention();

  /** Writes GroupQueryAttention without a past out as the operators it stands for. */
  public static final OperatorRule UNFUSE_GROUP_QUERY_ATTENTION = new UnfuseGroupQueryAttention();

  /** All rules, those that keep the operator first. */
  public static final List<OperatorRule> ALL =
      List.of(
          USE_SMOOTH_SOFTMAX,
          ADD_ZERO_TOKEN_TO_MULTI_HEAD_ATTENTION,
          ADD_ZERO_TOKEN_TO_ATTENTION,
          UNFUSE_MULTI_HEAD_ATTENTION,
          UNFUSE_MICROSOFT_ATTENTION,
          UNFUSE_ONNX_ATTENTION,
          UNFUSE_GROUP_QUERY_ATTENTION);

  private FusedRules() {}

  /** The first rule that applies to {@code node}, or the reasons of all that are for it. */
  public static FusedChoice choose(RewriteScope scope, OnnxNode node, NormaliserSpec spec) {
    return choose(scope, node, spec, true);
  }

  /**
   * The first rule that applies to {@code node}, or the reasons of all that are for it.
   *
   * @param keepsOperator whether a rule may give the operator the normaliser; else only those are
   *     asked that write it out
   */
  public static FusedChoice choose(
      RewriteScope scope, OnnxNode node, NormaliserSpec spec, boolean keepsOperator) {
    Optional<String> refusal = FusedRefusals.of(node);
    if (refusal.isPresent()) {
      return new FusedChoice.Refuses(refusal.get());
    }
    Set<String> reasons = new LinkedHashSet<>();
    for (OperatorRule rule : concerned(node)) {
      if (!keepsOperator && rule.effect() == Effect.CHANGES_FUNCTION) {
        continue;
      }
      if (!(rule.examine(scope, node, spec) instanceof Decision.Skips skips)) {
        return new FusedChoice.Takes(rule);
      }
      reasons.add(skips.reason());
    }
    return new FusedChoice.Refuses(
        reasons.isEmpty()
            ? "there is no rule for operator " + node.opType()
            : String.join("; ", reasons));
  }

  private static List<OperatorRule> concerned(OnnxNode node) {
    return ALL.stream().filter(rule -> rule.concerns(node)).toList();
  }
}

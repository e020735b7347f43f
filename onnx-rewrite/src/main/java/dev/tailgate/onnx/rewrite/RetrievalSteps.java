package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.ScoreStep;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Optional;

/**
 * Writes the masked scores of the last of several retrieval steps:
 *
 * <pre>
 *   q K^T ─ path ─ normaliser ─ (· K) ─┐
 *   ┌──────────────────────────────────┘
 *   └ (· K^T) ─ path ─ normaliser ─ ...
 * </pre>
 *
 * The path is the site's own chain of scale and mask, repeated for each step. Keys are taken as the
 * product sees them; a scale on one side only is taken back where queries and keys differ in it.
 */
final class RetrievalSteps {
  private RetrievalSteps() {}

  /** Whether the scores of {@code site} can be written again. */
  static Decision examine(RewriteScope scope, AttentionSite site, Retrieval retrieval) {
    OnnxNode product = site.scores().product();
    if (!product.is("MatMul")) {
      return Decision.skips("update steps need scores by MatMul, found " + product.opType());
    }
    if (site.scores().mixesHeads()) {
      return Decision.skips(
          "update steps and beta are of each head by itself, and heads are mixed between scores and"
              + " softmax");
    }
    if (site.scores().queryInput() != 0) {
      return Decision.skips("update steps and beta need the queries on the left of the product");
    }
    ElementType type = scope.type(site.normalisation().scores());
    if (type.isFloat() && type != ScoreForm.of(scope, site).type()) {
      return Decision.skips("update steps and beta need scores of the type that is normalised in");
    }
    if (retrieval.steps() > 1 && keyRank(scope, site) < 0) {
      return Decision.skips("update steps need the rank of the keys, which no shape tells");
    }
    return ScoreScale.of(scope.flow(), site).isPresent()
        ? Decision.applies()
        : Decision.skips("update steps and beta need a constant scale of the scores");
  }

  private static int keyRank(RewriteScope scope, AttentionSite site) {
    int rank = scope.rank(site.scores().product().input(1));
    return rank >= 0 ? rank : scope.rank(site.normalisation().scores());
  }

  /** Masked scores of the last step. */
  static String write(
      RewriteScope scope,
      AttentionSite site,
      NormaliserSpec spec,
      ScoreForm form,
      Retrieval retrieval) {
    Ops ops = scope.ops();
    ScoreScale scale = ScoreScale.of(scope.flow(), site).orElseThrow();
    OnnxNode product = site.scores().product();
    var type = scope.type(site.normalisation().scores());
    Optional<String> ratio =
        retrieval.beta().isPresent()
            ? Optional.of(ops.scalar(type, retrieval.beta().getAsDouble() / scale.total()))
            : Optional.empty();
    String scores = path(ops, site, scaled(ops, product.output(0), ratio));
    String keys = "";
    for (int step = 1; step < retrieval.steps(); step++) {
      if (keys.isEmpty()) {
        keys = ops.transpose(product.input(1), swapLast(keyRank(scope, site)));
      }
      String probs = spec.write(ops, form, scores).add();
      String query = ops.op("MatMul", probs, keys);
      if (scale.query() != scale.key()) {
        query = ops.op("Mul", query, ops.scalar(type, scale.query() / scale.key()));
      }
      String next = ops.op("MatMul", query, product.input(1));
      scores = path(ops, site, scaled(ops, next, ratio));
    }
    return scores;
  }

  private static String scaled(Ops ops, String value, Optional<String> ratio) {
    return ratio.map(by -> ops.op("Mul", value, by)).orElse(value);
  }

  private static String path(Ops ops, AttentionSite site, String value) {
    String at = value;
    for (ScoreStep step : site.scores().path()) {
      String[] inputs = step.node().inputs().toArray(String[]::new);
      inputs[step.dataInput()] = at;
      NodeDraft draft = ops.node(step.node().opType(), inputs).attributesOf(step.node());
      at = draft.domain(step.node().domain()).add();
    }
    return at;
  }

  private static long[] swapLast(int rank) {
    long[] perm = new long[rank];
    for (int i = 0; i < rank; i++) {
      perm[i] = i;
    }
    perm[rank - 1] = rank - 2L;
    perm[rank - 2] = rank - 1L;
    return perm;
  }
}

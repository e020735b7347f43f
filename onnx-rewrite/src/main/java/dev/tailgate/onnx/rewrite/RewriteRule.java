package dev.tailgate.onnx.rewrite;

/**
 * A rewrite of one place in a graph. Implementations are final classes without fields; {@code
 * apply} is called for places that {@code examine} took, on the same scope, and replaces nodes
 * through a {@link SiteEdit}.
 *
 * @param <S> the place: an attention that is written out, a fused operator, where a gate goes
 * @param <P> what the place is given
 */
public interface RewriteRule<S, P> {
  /** A verb phrase, for reports and provenance. */
  String name();

  /** What the rule does to the model's function. */
  Effect effect();

  /** Whether the rule takes {@code site}, or why not. */
  Decision examine(RewriteScope scope, S site, P by);

  /** Rewrites {@code site}. */
  void apply(RewriteScope scope, S site, P by);
}

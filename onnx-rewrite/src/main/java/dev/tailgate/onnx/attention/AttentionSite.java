package dev.tailgate.onnx.attention;

import java.util.Optional;

/**
 * One attention of the graph, in the order data flows through it. Shapes are those of the usual
 * export: {@code B} sequences, {@code H} heads, {@code T} queries, {@code S} keys, {@code D} hidden
 * width, {@code Dh} head width; an export may fold {@code B} and {@code H} into one axis.
 *
 * @param id printable name, unique in the model: {@code layer 3 (/encoder/layer.3/Softmax)}
 * @param layer position among the sites in graph order, from 0
 * @param projections what the queries, keys and values are made by
 * @param scores the product of queries and keys, and what becomes of it
 * @param normalisation what makes probabilities of that
 * @param context probabilities x values
 * @param gate what the context is multiplied by
 */
public record AttentionSite(
    String id,
    int layer,
    Projections projections,
    SiteScores scores,
    SiteNormalisation normalisation,
    SiteContext context,
    Optional<SiteGate> gate) {
  /** {@code self}, {@code cross} or {@code unknown}, see {@link Projections}. */
  public String kind() {
    return projections.kind();
  }

  /** What the softmax and the nodes around it compute. */
  public Normaliser normaliser() {
    return normalisation.normaliser();
  }
}

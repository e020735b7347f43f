package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Optional;

/**
 * One attention of the graph. Shapes are those of the usual export: {@code B} sequences, {@code H}
 * heads, {@code T} queries, {@code S} keys, {@code D} hidden width, {@code Dh} head width; an
 * export may fold {@code B} and {@code H} into one axis.
 *
 * @param id printable name, unique in the model: {@code layer 3 (/encoder/layer.3/Softmax)}
 * @param layer position among the sites in graph order, from 0
 * @param normaliserNode the softmax node, or the last node of one written out
 * @param normaliser what the softmax and the nodes around it compute
 * @param kind {@code self}, {@code cross} or {@code unknown}
 * @param scores QK^T after the scaling that follows the product, before the mask, {@code [B, H, T,
 *     S]}
 * @param maskedScores what is normalised; of a Softmax1 without the zero column, {@code [B, H, T,
 *     S]}
 * @param probs output of the normaliser (after clipping, without the extra column), {@code [B, H,
 *     T, S]}
 * @param query projected queries after bias, before the split into heads, {@code [B, T, D]}; the
 *     query part where one projection makes all three; empty when not found
 * @param key projected keys likewise, {@code [B, S, D]}
 * @param value projected values likewise, {@code [B, S, D]}
 * @param hidden what the queries are projected from, {@code [B, T, D]}; empty when not found
 * @param context probabilities x values, back in hidden layout, {@code [B, T, D]}
 * @param mask the value added to, or selecting among, the scores
 * @param scoresMatMul the product of queries and keys
 * @param contextMatMul the product of probabilities and values
 * @param normaliserNodes all nodes from the masked scores to the probabilities
 * @param addend what a fused normaliser adds to {@code maskedScores} first
 * @param scorePath the nodes from the product to the masked scores, in that order
 * @param gate what the context is multiplied by
 */
public record AttentionSite(
    String id,
    int layer,
    OnnxNode normaliserNode,
    Normaliser normaliser,
    String kind,
    String scores,
    String maskedScores,
    String probs,
    String query,
    String key,
    String value,
    String hidden,
    String context,
    Optional<String> mask,
    OnnxNode scoresMatMul,
    OnnxNode contextMatMul,
    List<OnnxNode> normaliserNodes,
    Optional<String> addend,
    List<ScoreStep> scorePath,
    Optional<SiteGate> gate) {
  /** Copies the lists. */
  public AttentionSite {
    normaliserNodes = List.copyOf(normaliserNodes);
    scorePath = List.copyOf(scorePath);
  }
}

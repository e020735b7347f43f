package dev.tailgate.quant.placement;

/**
 * What a placement is asked for.
 *
 * @param filter which products are let in
 * @param embeddings whether tables of embeddings are quantized too. It makes the file smaller, but
 *     a model must then look rows up in the quantized table and dequantize those: a pair in front
 *     of the look-up costs every run the whole table
 */
public record PlacementRequest(PointFilter filter, boolean embeddings) {
  /** Everything the placement finds, embeddings in float. */
  public static final PlacementRequest DEFAULT = new PlacementRequest(PointFilter.NONE, false);
}

package dev.tailgate.quant.placement;

/**
 * What a placement is asked for.
 *
 * @param filter which products are let in
 * @param embeddings whether tables of embeddings are quantized too. It makes the file smaller, but
 *     a model must then look rows up in the quantized table and dequantize those: a pair in front
 *     of the look-up costs every run the whole table
 * @param dynamic whether each run finds the range of a whole activation. Placements of products
 *     then take those with weights only, and leave what they give in float, as the integer
 *     operators for it do
 */
public record PlacementRequest(PointFilter filter, boolean embeddings, boolean dynamic) {
  /** Everything the placement finds, embeddings in float. */
  public static final PlacementRequest DEFAULT = new PlacementRequest(PointFilter.NONE, false);

  /** The same for activations whose ranges are known before the run. */
  public PlacementRequest(PointFilter filter, boolean embeddings) {
    this(filter, embeddings, false);
  }

  /** The same for activations whose ranges each run finds, by tensor, or for others. */
  public PlacementRequest withDynamic(boolean found) {
    return new PlacementRequest(filter, embeddings, found);
  }
}

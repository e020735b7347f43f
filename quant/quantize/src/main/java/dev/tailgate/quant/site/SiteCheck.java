package dev.tailgate.quant.site;

import java.util.OptionalDouble;

/**
 * What a run showed of one rewritten site. A number is absent where it could not be read, and then
 * the note says why.
 *
 * @param number of the site, see {@link dev.tailgate.onnx.method.RewrittenSite#number()}
 * @param id of the site
 * @param maxDifference largest absolute difference of a probability from {@link
 *     dev.tailgate.onnx.rewrite.NormaliserSpec} for the same masked scores, over all rows; infinite
 *     where one of the two is NaN and the other is not. Of an attention inside one operator: of its
 *     context from that of the attention written out
 * @param noOpMass mean of {@code 1 - sum_j p_j} over rows, the share of attention that goes to
 *     nothing. Fully masked rows of a normaliser with a sink count as 1; rows of padded queries and
 *     rows with a NaN do not count. Below 0 where clipping stretches beyond 1
 * @param zeros share of probabilities that are exactly 0, masked keys included, over the same rows
 * @param ones share of probabilities that are exactly 1, likewise
 * @param gateMean mean of the gate over heads and tokens that are no padding
 * @param rows rows compared, {@code B x H x T} summed over batches; of scores with more than 2^22
 *     elements a batch every k-th
 * @param note what else there is to know; empty where all is plain
 */
public record SiteCheck(
    int number,
    String id,
    OptionalDouble maxDifference,
    OptionalDouble noOpMass,
    OptionalDouble zeros,
    OptionalDouble ones,
    OptionalDouble gateMean,
    long rows,
    String note) {}

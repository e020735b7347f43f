package dev.tailgate.quant.site;

import dev.tailgate.onnx.rewrite.Sink;

/**
 * Sink logits fitted to the scores of one site.
 *
 * @param number of the site, see {@link dev.tailgate.onnx.method.RewrittenSite#number()}
 * @param id of the site
 * @param sink a logit {@code s_h} for each head; scores shifted by {@code -s_h} in Softmax1
 * @param expectedMass share of attention that goes to nothing with it, mean over heads and rows of
 *     the calibration data
 * @param rows rows of all heads it was fitted to
 */
public record CalibratedSink(
    int number, String id, Sink.PerHead sink, double expectedMass, long rows) {}

package dev.tailgate.onnx.tap;

import java.util.Optional;

/**
 * Names of the graph outputs that carry the statistics of one tap. A slice is the last axis at one
 * index of the leading axes.
 *
 * @param target what is measured
 * @param slices float {@code [leading..., 6]}: minimum, maximum, mean, and second to fourth central
 *     moment (divided by the slice length) of each slice
 * @param shape int64 shape of the activation
 * @param outliers int64 {@code [2, K]}: the numbers of the slices that may hold elements more than
 *     6 standard deviations from the mean of their row (entry of axis 0), padding left out, and how
 *     many each holds
 * @param channels float {@code [2, C]}: minimum and maximum of each channel, padding left out
 */
public record TapOutputs(
    TapTarget target, String slices, String shape, String outliers, Optional<String> channels) {}

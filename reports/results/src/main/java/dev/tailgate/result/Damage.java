package dev.tailgate.result;

import java.util.Optional;

/**
 * What a way of quantizing does to the outputs of a model.
 *
 * @param sqnr of its outputs against the float model's, in dB; infinite where they are equal
 * @param delta of the task metric against the float model, on the same samples; empty without
 *     labels
 */
public record Damage(double sqnr, Optional<Score> delta) {}

package dev.tailgate.result;

/**
 * A set of exceptions from a scheme, and what the model then loses.
 *
 * @param floats points or products left in float
 * @param wide activations in 16 bits
 * @param perToken activations with a scale for each row
 * @param perChannel weights with a scale for each channel
 * @param cost bit operations of all products in parts of those without exceptions; float counts as
 *     32 bits, and scales as bits of the elements that share them
 * @param damage on the samples of the search
 * @param holds whether the upper end of the loss's interval is within the bound
 */
public record PrecisionTrial(
    int floats,
    int wide,
    int perToken,
    int perChannel,
    double cost,
    Damage damage,
    boolean holds) {}

/**
 * Remedies that choose how values are rounded: weights by the second moments of their inputs,
 * biases by the means, activations by the range that costs least.
 */
@NullMarked
package dev.tailgate.heal.remedy.rounding;

import org.jspecify.annotations.NullMarked;

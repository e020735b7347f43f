/**
 * Rotations of the residual stream that are learned from activations: the rows, the descent as a
 * graph, and the remedy.
 */
@NullMarked
package dev.tailgate.heal.remedy.rotation;

import org.jspecify.annotations.NullMarked;

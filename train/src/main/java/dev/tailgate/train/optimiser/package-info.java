/** How weights change by their gradients, as graphs. */
@NullMarked
package dev.tailgate.train.optimiser;

import org.jspecify.annotations.NullMarked;

/** What training makes small, as graphs. */
@NullMarked
package dev.tailgate.train.loss;

import org.jspecify.annotations.NullMarked;

/** Sizes that a model runs with, found by running it. */
@NullMarked
package dev.tailgate.engine.fit;

import org.jspecify.annotations.NullMarked;

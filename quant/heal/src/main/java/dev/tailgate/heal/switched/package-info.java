/** One session for many ways to quantize a model. */
@NullMarked
package dev.tailgate.heal.switched;

import org.jspecify.annotations.NullMarked;

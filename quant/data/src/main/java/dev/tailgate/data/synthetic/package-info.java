/** Inputs made from the model's signature. */
@NullMarked
package dev.tailgate.data.synthetic;

import org.jspecify.annotations.NullMarked;

/** Inputs made from the model's signature. */
@NullMarked
package dev.tailgate.quant.data.synthetic;

import org.jspecify.annotations.NullMarked;

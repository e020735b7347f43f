/** A model's signature with every size decided, and what each input is for. */
@NullMarked
package dev.tailgate.quant.input;

import org.jspecify.annotations.NullMarked;

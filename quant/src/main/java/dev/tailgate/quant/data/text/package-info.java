/** Tokenised text. */
@NullMarked
package dev.tailgate.quant.data.text;

import org.jspecify.annotations.NullMarked;

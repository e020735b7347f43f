/** Tokenised text. */
@NullMarked
package dev.tailgate.data.text;

import org.jspecify.annotations.NullMarked;

/** Training through quantizers: weights learn to be rounded. */
@NullMarked
package dev.tailgate.train.qat;

import org.jspecify.annotations.NullMarked;

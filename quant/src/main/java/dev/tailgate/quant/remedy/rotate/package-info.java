/** The remedy that rotates residual streams, and the check that it changed nothing else. */
@NullMarked
package dev.tailgate.quant.remedy.rotate;

import org.jspecify.annotations.NullMarked;

/** A quantized model written to a file, with what really ran in integers and what it costs. */
@NullMarked
package dev.tailgate.run.quantize;

import org.jspecify.annotations.NullMarked;

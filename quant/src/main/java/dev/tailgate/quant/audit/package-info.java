/** The audit: one model, its statistics, and what quantization costs it. */
@NullMarked
package dev.tailgate.quant.audit;

import org.jspecify.annotations.NullMarked;

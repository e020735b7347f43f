/** Where int8 kernels of processors without dot-product instructions may overflow. */
@NullMarked
package dev.tailgate.quant.saturation;

import org.jspecify.annotations.NullMarked;

/** From a placement and a scheme to the grid of every quantized tensor of a model. */
@NullMarked
package dev.tailgate.quant.plan;

import org.jspecify.annotations.NullMarked;

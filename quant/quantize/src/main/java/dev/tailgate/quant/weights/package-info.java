/** Weights as integers: their ranges, grids and codes, and what rounding costs them. */
@NullMarked
package dev.tailgate.quant.weights;

import org.jspecify.annotations.NullMarked;

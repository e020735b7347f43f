/** Range estimation over calibration batches. */
@NullMarked
package dev.tailgate.quant.calibrate;

import org.jspecify.annotations.NullMarked;

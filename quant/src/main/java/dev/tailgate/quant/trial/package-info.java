/**
 * Trials: models that are to do what one float model does, run over the same samples and scored
 * against it and against labels.
 */
@NullMarked
package dev.tailgate.quant.trial;

import org.jspecify.annotations.NullMarked;

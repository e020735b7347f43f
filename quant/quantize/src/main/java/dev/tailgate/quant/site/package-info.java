/** Attention sites as they run: scores read out, normalisers computed in doubles, both compared. */
@NullMarked
package dev.tailgate.quant.site;

import org.jspecify.annotations.NullMarked;

/** The remedy that gives attentions a sink without training. */
@NullMarked
package dev.tailgate.quant.remedy.sink;

import org.jspecify.annotations.NullMarked;

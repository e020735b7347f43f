/** The folder that outlives a run: unpacked libraries and models. */
@NullMarked
package dev.tailgate.quant.cache;

import org.jspecify.annotations.NullMarked;

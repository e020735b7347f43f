/** The folder that outlives a run: unpacked libraries and models. */
@NullMarked
package dev.tailgate.engine.cache;

import org.jspecify.annotations.NullMarked;

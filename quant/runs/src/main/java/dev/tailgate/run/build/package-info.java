/** Models of architectures with fresh weights, as files. */
@NullMarked
package dev.tailgate.run.build;

import org.jspecify.annotations.NullMarked;

/** Named tensors in batches, and the sources they stream from. */
@NullMarked
package dev.tailgate.data;

import org.jspecify.annotations.NullMarked;

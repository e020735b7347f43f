/** States of a training on disk. */
@NullMarked
package dev.tailgate.train.checkpoint;

import org.jspecify.annotations.NullMarked;

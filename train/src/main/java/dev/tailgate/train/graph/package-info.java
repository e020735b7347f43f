/** One model whose run is one step of training. */
@NullMarked
package dev.tailgate.train.graph;

import org.jspecify.annotations.NullMarked;

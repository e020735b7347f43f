/** The memory of the OutEffHop paper, and the layers that are made of it. */
@NullMarked
package dev.tailgate.model.hopfield;

import org.jspecify.annotations.NullMarked;

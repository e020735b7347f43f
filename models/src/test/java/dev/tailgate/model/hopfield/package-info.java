@NullMarked
package dev.tailgate.model.hopfield;

import org.jspecify.annotations.NullMarked;

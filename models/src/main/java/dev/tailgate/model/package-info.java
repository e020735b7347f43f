/** Architectures and layers with fresh weights, built as graphs. */
@NullMarked
package dev.tailgate.model;

import org.jspecify.annotations.NullMarked;

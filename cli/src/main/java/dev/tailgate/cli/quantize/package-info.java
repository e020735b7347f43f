/** What {@code tailgate quantize} prints. */
@NullMarked
package dev.tailgate.cli.quantize;

import org.jspecify.annotations.NullMarked;

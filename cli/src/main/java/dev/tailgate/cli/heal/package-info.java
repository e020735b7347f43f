/** What {@code tailgate heal} writes and prints. */
@NullMarked
package dev.tailgate.cli.heal;

import org.jspecify.annotations.NullMarked;

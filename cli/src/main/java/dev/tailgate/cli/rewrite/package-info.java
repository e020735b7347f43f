/** What {@code tailgate rewrite} prints. */
@NullMarked
package dev.tailgate.cli.rewrite;

import org.jspecify.annotations.NullMarked;

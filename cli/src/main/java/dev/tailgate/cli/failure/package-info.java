/** How exceptions become one sentence and an exit code. */
@NullMarked
package dev.tailgate.cli.failure;

import org.jspecify.annotations.NullMarked;

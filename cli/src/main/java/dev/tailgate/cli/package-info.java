/** The tailgate command. */
@NullMarked
package dev.tailgate.cli;

import org.jspecify.annotations.NullMarked;

/** Results as commands are given them. */
@NullMarked
package dev.tailgate.cli.result;

import org.jspecify.annotations.NullMarked;

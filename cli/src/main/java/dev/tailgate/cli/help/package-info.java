/** The help of commands: options by groups, each with a heading. */
@NullMarked
package dev.tailgate.cli.help;

import org.jspecify.annotations.NullMarked;

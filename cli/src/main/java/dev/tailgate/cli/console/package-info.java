/** Where commands print: data to standard output, talk to standard error. */
@NullMarked
package dev.tailgate.cli.console;

import org.jspecify.annotations.NullMarked;

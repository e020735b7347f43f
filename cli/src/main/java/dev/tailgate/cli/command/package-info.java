/** The commands, one class each: parse, call one service, print. */
@NullMarked
package dev.tailgate.cli.command;

import org.jspecify.annotations.NullMarked;

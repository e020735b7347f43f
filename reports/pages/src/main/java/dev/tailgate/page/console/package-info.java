/** The report for a terminal: a few lines that fit on one screen. */
@NullMarked
package dev.tailgate.page.console;

import org.jspecify.annotations.NullMarked;

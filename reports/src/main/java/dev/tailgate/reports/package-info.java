/** Views of run results: files for people and for other tools, made from the records alone. */
@NullMarked
package dev.tailgate.reports;

import org.jspecify.annotations.NullMarked;

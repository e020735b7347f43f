/** What {@code tailgate compare} is given: models to audit and results to read. */
@NullMarked
package dev.tailgate.cli.compare;

import org.jspecify.annotations.NullMarked;

/** What a model contains, as data, as a table and as JSON. */
@NullMarked
package dev.tailgate.cli.inspect;

import org.jspecify.annotations.NullMarked;

/** Run results as JSON: the format other tools read, with its published schema. */
@NullMarked
package dev.tailgate.reports.json;

import org.jspecify.annotations.NullMarked;

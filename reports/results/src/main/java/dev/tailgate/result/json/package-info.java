/** Run results as JSON: the format other tools read, with its published schema. */
@NullMarked
package dev.tailgate.result.json;

import org.jspecify.annotations.NullMarked;

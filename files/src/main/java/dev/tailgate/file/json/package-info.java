/** What is said of JSON and YAML that cannot be read. */
@NullMarked
package dev.tailgate.file.json;

import org.jspecify.annotations.NullMarked;

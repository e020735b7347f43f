/** Which versions run. */
@NullMarked
package dev.tailgate.cli.version;

import org.jspecify.annotations.NullMarked;

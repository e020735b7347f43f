/** Files as a command leaves them: published whole or not at all, and nothing else left behind. */
@NullMarked
package dev.tailgate.file;

import org.jspecify.annotations.NullMarked;

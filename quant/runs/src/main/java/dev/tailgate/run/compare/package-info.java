/** Models and methods audited and timed side by side. */
@NullMarked
package dev.tailgate.run.compare;

import org.jspecify.annotations.NullMarked;

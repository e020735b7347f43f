/** Models and methods side by side: what may be compared, who is best, and whether it is chance. */
@NullMarked
package dev.tailgate.result.compare;

import org.jspecify.annotations.NullMarked;

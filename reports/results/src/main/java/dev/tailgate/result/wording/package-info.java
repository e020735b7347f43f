/** How numbers, models and findings are put into words, the same in every view. */
@NullMarked
package dev.tailgate.result.wording;

import org.jspecify.annotations.NullMarked;

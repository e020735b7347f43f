/** How numbers, models and findings are put into words, the same in every view. */
@NullMarked
package dev.tailgate.reports.wording;

import org.jspecify.annotations.NullMarked;

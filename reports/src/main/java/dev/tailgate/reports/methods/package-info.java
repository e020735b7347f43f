/** Attention methods side by side: means and spreads over seeds. */
@NullMarked
package dev.tailgate.reports.methods;

import org.jspecify.annotations.NullMarked;

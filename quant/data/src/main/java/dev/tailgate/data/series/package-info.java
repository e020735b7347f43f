/** Time series as samples: windows of a table, split and scaled as the ETT protocol has it. */
@NullMarked
package dev.tailgate.data.series;

import org.jspecify.annotations.NullMarked;

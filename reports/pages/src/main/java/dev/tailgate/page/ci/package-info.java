/** The verdict of a gate in the formats that build servers read. */
@NullMarked
package dev.tailgate.page.ci;

import org.jspecify.annotations.NullMarked;

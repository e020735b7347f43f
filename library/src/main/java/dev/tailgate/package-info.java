/** The front door: everything Tailgate does, as calls of one class. */
@NullMarked
package dev.tailgate;

import org.jspecify.annotations.NullMarked;

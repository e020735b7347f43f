/** Cures: a model with another attention, trained to do what it did before, and the proof of it. */
@NullMarked
package dev.tailgate.run.cure;

import org.jspecify.annotations.NullMarked;

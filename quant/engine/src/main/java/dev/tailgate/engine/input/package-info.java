/** A model's signature with every size decided, and what each input is for. */
@NullMarked
package dev.tailgate.engine.input;

import org.jspecify.annotations.NullMarked;

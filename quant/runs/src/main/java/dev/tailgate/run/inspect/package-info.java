/** What is in a model, without running it. */
@NullMarked
package dev.tailgate.run.inspect;

import org.jspecify.annotations.NullMarked;

/** Whether a {@code tokenizer.json} has the form that published models have. */
@NullMarked
package dev.tailgate.data.text.shape;

import org.jspecify.annotations.NullMarked;

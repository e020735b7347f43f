/** Families of models trained by a recipe: from a file to models, data, logs and audits. */
@NullMarked
package dev.tailgate.run.recipe;

import org.jspecify.annotations.NullMarked;

/** From a model and data to a trained model: steps, held-out scores, checkpoints. */
@NullMarked
package dev.tailgate.train.loop;

import org.jspecify.annotations.NullMarked;

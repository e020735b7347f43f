/** Trains a model on data: a request in, a trained file and a record out. */
@NullMarked
package dev.tailgate.run.train;

import org.jspecify.annotations.NullMarked;

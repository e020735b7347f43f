/** Small models for the tests of all modules, put together from parts on a blank model. */
@NullMarked
package dev.tailgate.onnx.kit;

import org.jspecify.annotations.NullMarked;

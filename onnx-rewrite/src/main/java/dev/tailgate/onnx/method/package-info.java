/** The methods a user names, and the rewriter that gives them to the attentions of a model. */
@NullMarked
package dev.tailgate.onnx.method;

import org.jspecify.annotations.NullMarked;

/** Rules for attentions that are one operator. */
@NullMarked
package dev.tailgate.onnx.rewrite.fused;

import org.jspecify.annotations.NullMarked;

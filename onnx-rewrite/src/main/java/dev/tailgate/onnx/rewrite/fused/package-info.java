/**
 * Rules for attentions that are one operator: some operators take another normaliser themselves,
 * some do with one more key, and the others are written out as the operators they stand for.
 */
@NullMarked
package dev.tailgate.onnx.rewrite.fused;

import org.jspecify.annotations.NullMarked;

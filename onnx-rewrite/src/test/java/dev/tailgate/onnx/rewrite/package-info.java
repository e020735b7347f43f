@NullMarked
package dev.tailgate.onnx.rewrite;

import org.jspecify.annotations.NullMarked;

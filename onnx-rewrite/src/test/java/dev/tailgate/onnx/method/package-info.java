@NullMarked
package dev.tailgate.onnx.method;

import org.jspecify.annotations.NullMarked;

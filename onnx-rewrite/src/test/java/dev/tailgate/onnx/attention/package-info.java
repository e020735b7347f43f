@NullMarked
package dev.tailgate.onnx.attention;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.tailgate.onnx.role;

import org.jspecify.annotations.NullMarked;

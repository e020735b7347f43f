@NullMarked
package dev.tailgate.onnx.layer;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.tailgate.onnx.build;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.tailgate.onnx.remedy.rotation;

import org.jspecify.annotations.NullMarked;

/** Which parts of a model quantization hurts: each part quantized alone, and left out alone. */
@NullMarked
package dev.tailgate.heal.sensitivity;

import org.jspecify.annotations.NullMarked;

/** Data that is made from nothing but a seed: a small language, pictures, series. */
@NullMarked
package dev.tailgate.data.generated;

import org.jspecify.annotations.NullMarked;

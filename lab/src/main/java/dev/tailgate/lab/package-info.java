/**
 * Experiments on the OutEffHop memory: what is proven, what is measured, and what does not differ.
 */
@NullMarked
package dev.tailgate.lab;

import org.jspecify.annotations.NullMarked;

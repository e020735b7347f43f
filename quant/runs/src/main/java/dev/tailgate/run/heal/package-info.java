/** Heals: finds what hurts a model under quantization, tries remedies, and writes what helped. */
@NullMarked
package dev.tailgate.run.heal;

import org.jspecify.annotations.NullMarked;

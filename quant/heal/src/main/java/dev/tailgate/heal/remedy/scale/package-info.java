/**
 * Remedies that scale or split channels: SmoothQuant, cross-layer equalization, and the
 * decomposition of outlier channels, with what they measure to decide.
 */
@NullMarked
package dev.tailgate.heal.remedy.scale;

import org.jspecify.annotations.NullMarked;

/**
 * What remedies work on: a model with the settings it is quantized by, and the data they may look
 * at.
 */
@NullMarked
package dev.tailgate.heal.remedy;

import org.jspecify.annotations.NullMarked;

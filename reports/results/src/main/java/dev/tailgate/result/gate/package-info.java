/**
 * Gates: rules over the numbers of a result, and what they say of one. A gate passes only what it
 * could judge.
 */
@NullMarked
package dev.tailgate.result.gate;

import org.jspecify.annotations.NullMarked;

/** Tests of learned rotations. */
@NullMarked
package dev.tailgate.heal.remedy.rotation;

import org.jspecify.annotations.NullMarked;

/** The reference models that come with Tailgate. */
@NullMarked
package dev.tailgate.cli.reference;

import org.jspecify.annotations.NullMarked;

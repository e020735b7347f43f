/**
 * What remedies are: each takes a plan and gives another, and says what it did where, or why
 * nothing.
 */
@NullMarked
package dev.tailgate.heal.remedy;

import org.jspecify.annotations.NullMarked;

/**
 * What the numbers mean: every metric with formula, unit, reading and source, and what of it a gate
 * can bound. The console, the report, JSON and the manual print the same list.
 */
@NullMarked
package dev.tailgate.result.glossary;

import org.jspecify.annotations.NullMarked;

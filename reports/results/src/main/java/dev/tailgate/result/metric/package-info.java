/**
 * What is measured, as one list: every metric with its name, formula, reading, source, unit and
 * direction, and how a rule of a gate finds it in a result. Glossary, gates, tables and scorers
 * take it from there.
 */
@NullMarked
package dev.tailgate.result.metric;

import org.jspecify.annotations.NullMarked;

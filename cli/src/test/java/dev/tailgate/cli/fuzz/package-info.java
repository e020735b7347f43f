/**
 * A seeded fuzzer of everything the commands read: models, arrays, tables, tokenizers, results,
 * encodings, rules and defaults. A mutant is a number: with the seed it is made again at will.
 */
@NullMarked
package dev.tailgate.cli.fuzz;

import org.jspecify.annotations.NullMarked;

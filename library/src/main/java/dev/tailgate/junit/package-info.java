/**
 * Gates in JUnit 5: an annotation that lets a test fail where a model's outliers, or what they cost
 * under quantization, break rules. Who uses it brings JUnit; nothing else here needs it.
 */
@NullMarked
package dev.tailgate.junit;

import org.jspecify.annotations.NullMarked;

/** What the laboratory found: claims, tables and charts, the same for all experiments. */
@NullMarked
package dev.tailgate.result.lab;

import org.jspecify.annotations.NullMarked;

/** How runs read the models they work on. */
@NullMarked
package dev.tailgate.run.model;

import org.jspecify.annotations.NullMarked;

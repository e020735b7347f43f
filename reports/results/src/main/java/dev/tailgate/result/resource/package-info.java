/** What lies on the class path beside a class: styles, scripts, schemas, rules. */
@NullMarked
package dev.tailgate.result.resource;

import org.jspecify.annotations.NullMarked;

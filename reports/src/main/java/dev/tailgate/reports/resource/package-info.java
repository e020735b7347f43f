/** What lies on the class path beside a class: styles, scripts, schemas, rules. */
@NullMarked
package dev.tailgate.reports.resource;

import org.jspecify.annotations.NullMarked;

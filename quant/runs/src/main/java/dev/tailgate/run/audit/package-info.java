/**
 * The audit: one model, its statistics, and what quantization costs it. {@link
 * dev.tailgate.run.audit.Audit#run(AuditRequest)} is where a program begins; the result goes to the
 * {@code reports} module, or is read as it is.
 */
@NullMarked
package dev.tailgate.run.audit;

import org.jspecify.annotations.NullMarked;

/**
 * Views of run results: files for people and for other tools, made from the records alone. {@link
 * dev.tailgate.page.ReportWriter} writes a folder of them; single views are in the packages below.
 */
@NullMarked
package dev.tailgate.page;

import org.jspecify.annotations.NullMarked;

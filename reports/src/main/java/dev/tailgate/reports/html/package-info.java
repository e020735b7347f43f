/** The report for people: one HTML file that needs nothing else and is whole without its script. */
@NullMarked
package dev.tailgate.reports.html;

import org.jspecify.annotations.NullMarked;

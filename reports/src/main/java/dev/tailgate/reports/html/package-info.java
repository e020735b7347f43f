/** The report for people: one HTML file that needs nothing else and runs no script. */
@NullMarked
package dev.tailgate.reports.html;

import org.jspecify.annotations.NullMarked;

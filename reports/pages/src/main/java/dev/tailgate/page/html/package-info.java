/** The report for people: one HTML file that needs nothing else and is whole without its script. */
@NullMarked
package dev.tailgate.page.html;

import org.jspecify.annotations.NullMarked;

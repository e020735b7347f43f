/**
 * Charts: a run result becomes a {@link dev.tailgate.page.chart.ChartSpec}, a specification becomes
 * SVG text.
 *
 * <p>XChart places the marks (lines, points, bars, cells); axes, ticks and every letter are written
 * by this package as SVG text elements, so that charts need no fonts on the machine that writes
 * them and follow the reader's light or dark page. Nothing outside this package sees XChart.
 */
@NullMarked
package dev.tailgate.page.chart;

import org.jspecify.annotations.NullMarked;

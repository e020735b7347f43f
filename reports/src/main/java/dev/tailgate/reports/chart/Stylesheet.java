package dev.tailgate.reports.chart;

import dev.tailgate.reports.resource.ResourceText;

/** The style sheet of the charts: the light and the dark colour of each class. */
public final class Stylesheet {
  private static final String CSS = ResourceText.beside(Stylesheet.class, "chart.css");

  private Stylesheet() {}

  /** Style rules, free of markup. */
  public static String css() {
    return CSS;
  }
}

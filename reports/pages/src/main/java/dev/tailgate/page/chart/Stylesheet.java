package dev.tailgate.page.chart;

import dev.tailgate.result.resource.ResourceText;

/** The style sheet of the charts: the light and the dark colour of each class. */
public final class Stylesheet {
  private static final String CSS = ResourceText.beside(Stylesheet.class, "chart.css");

  private Stylesheet() {}

  /** Style rules, free of markup. */
  public static String css() {
    return CSS;
  }
}

package dev.tailgate.reports.chart;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The style sheet of the charts: the light and the dark colour of each class. */
public final class Stylesheet {
  private static final String CSS = load();

  private Stylesheet() {}

  /** Style rules, free of markup. */
  public static String css() {
    return CSS;
  }

  private static String load() {
    try (InputStream in = Stylesheet.class.getResourceAsStream("chart.css")) {
      if (in == null) {
        throw new IllegalStateException("reading chart.css: it is missing from the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading chart.css", e);
    }
  }
}

package dev.tailgate.data;

import java.util.Map;

/**
 * How data is read where the file leaves it open.
 *
 * @param columns column of a table by what it holds, such as {@code text=review}
 * @param images what is done to pictures
 * @param series how a series is cut and scaled
 * @param stride tokens from one window of a long text to the next; 0 takes the sequence length
 */
public record FormatOptions(
    Map<String, String> columns, ImageOptions images, SeriesOptions series, int stride) {
  /** What is read without further options. */
  public static final FormatOptions DEFAULT =
      new FormatOptions(Map.of(), ImageOptions.of(ImagePreset.PLAIN), SeriesOptions.DEFAULT, 0);

  /** Copies the map. */
  public FormatOptions {
    columns = Map.copyOf(columns);
  }
}

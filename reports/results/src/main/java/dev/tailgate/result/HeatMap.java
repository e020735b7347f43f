package dev.tailgate.result;

import java.util.ArrayList;
import java.util.List;

/**
 * |x| of one sample over channels and tokens, small enough for a picture.
 *
 * <p>A cell holds the maximum of the channels and tokens it covers, so an outlier in a single
 * channel stays visible however coarse the map. Each cell covers from its own index up to the next
 * one's.
 *
 * @param channels first channel of each row of cells, ascending
 * @param tokens first token of each column of cells, ascending
 * @param values max |x|, {@code values.get(row).get(column)}; NaN where the cell holds no number
 * @param channelCount channels of the tensor before pooling
 * @param tokenCount tokens of the sample before pooling
 */
public record HeatMap(
    List<Integer> channels,
    List<Integer> tokens,
    List<List<Float>> values,
    int channelCount,
    int tokenCount) {

  /** Rows of cells that a report can still show. */
  public static final int MAX_CHANNELS = 96;

  /** Columns of cells that a report can still show. */
  public static final int MAX_TOKENS = 128;

  /** Copies what could change, and refuses what cannot be. */
  public HeatMap {
    channels = List.copyOf(channels);
    tokens = List.copyOf(tokens);
    values = values.stream().map(List::copyOf).toList();
    int columns = tokens.size();
    if (values.size() != channels.size()
        || values.stream().anyMatch(row -> row.size() != columns)) {
      throw new IllegalArgumentException(
          "heat map values do not have the shape "
              + channels.size()
              + " x "
              + columns
              + " that its axes say");
    }
  }

  /**
   * Pools one sample to at most {@link #MAX_CHANNELS} x {@link #MAX_TOKENS} cells.
   *
   * <p>NaN elements are passed over, infinite ones win; a cell of NaN only is NaN.
   *
   * @param activations the sample, token-major: element (t, c) at {@code t * channels + c}
   */
  public static HeatMap pooled(float[] activations, int tokens, int channels) {
    if (tokens < 1 || channels < 1 || (long) tokens * channels != activations.length) {
      throw new IllegalArgumentException(
          "pooling a heat map: "
              + activations.length
              + " values are not "
              + tokens
              + " x "
              + channels);
    }
    List<Integer> rows = starts(channels, MAX_CHANNELS);
    List<Integer> columns = starts(tokens, MAX_TOKENS);
    List<List<Float>> values = new ArrayList<>();
    for (int r = 0; r < rows.size(); r++) {
      List<Float> row = new ArrayList<>();
      for (int c = 0; c < columns.size(); c++) {
        float max = Float.NaN;
        for (int t = columns.get(c); t < end(columns, c, tokens); t++) {
          for (int k = rows.get(r); k < end(rows, r, channels); k++) {
            float x = Math.abs(activations[t * channels + k]);
            max = x <= max || Float.isNaN(x) ? max : x;
          }
        }
        row.add(max);
      }
      values.add(row);
    }
    return new HeatMap(rows, columns, values, channels, tokens);
  }

  private static List<Integer> starts(int size, int limit) {
    int cells = Math.min(size, limit);
    List<Integer> starts = new ArrayList<>(cells);
    for (int i = 0; i < cells; i++) {
      starts.add((int) ((long) i * size / cells));
    }
    return starts;
  }

  private static int end(List<Integer> starts, int i, int size) {
    return i + 1 < starts.size() ? starts.get(i + 1) : size;
  }
}

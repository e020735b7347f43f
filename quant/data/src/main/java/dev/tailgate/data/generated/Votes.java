package dev.tailgate.data.generated;

import dev.tailgate.data.Task;
import dev.tailgate.engine.tensor.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Pictures of a field of glyphs that vote, {@code [3, image, image]} within -1 .. 1. A cell, as
 * large as a patch, is empty or holds a glyph, which votes for its own kind; one glyph is
 * underlined and one has a line on its right. An arrow down casts the vote of the underlined glyph,
 * an arrow to the right that of the other. The class is the kind with most votes; ties are not
 * drawn. So a head is needed at the arrows alone and has to do nothing at every other patch.
 * Training is told the softmax of all votes, {@code [8]}.
 *
 * @param image the side of a picture
 * @param cell the side of a cell
 * @param empty the part of cells that are empty
 * @param arrows the part of cells that are arrows
 * @param clutter the part of pixels that are noise
 */
public record Votes(int image, int cell, double empty, double arrows, double clutter)
    implements Generator {
  private static final int CHANNELS = 3;
  private static final int TRIES = 1000;
  private static final int MOST = 4096;

  /** Refuses cells that do not tile a picture or are smaller than a glyph. */
  public Votes {
    if (cell <= Glyph.SIDE || image / 2 < cell || image > MOST || image % cell != 0) {
      throw new IllegalArgumentException(
          "expected cells of more than 5 pixels that tile a picture of up to "
              + MOST
              + ", found "
              + cell
              + " of "
              + image);
    }
    if (!(empty >= 0 && arrows >= 0 && empty + arrows <= 1) || !(clutter >= 0 && clutter <= 1)) {
      throw new IllegalArgumentException("expected parts of cells and pixels up to 1 together");
    }
  }

  @Override
  public Example draw(SplittableRandom random) {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      Field field = field(random);
      int winner = field.winner();
      if (winner >= 0) {
        return new Example(
            Map.of("pixel_values", pixels(field, random)),
            Tensor.ofLongs(new long[] {winner}),
            Optional.of(Tensor.ofFloats(field.softmax(), Glyph.KINDS)),
            -1);
      }
    }
    throw new IllegalStateException("No picture of " + TRIES + " has a kind with most votes");
  }

  /**
   * What stands where.
   *
   * @param symbols by cell: -1 empty, else a glyph
   * @param marks by cell: 1 for a line on the right, 2 for one below
   * @param votes by kind
   */
  private record Field(int[] symbols, int[] marks, int[] votes) {
    int winner() {
      int best = 0;
      int holders = 0;
      for (int k = 0; k < votes.length; k++) {
        if (votes[k] > votes[best]) {
          best = k;
          holders = 1;
        } else if (votes[k] == votes[best]) {
          holders += 1;
        }
      }
      return holders == 1 ? best : -1;
    }

    float[] softmax() {
      double sum = 0;
      for (int vote : votes) {
        sum += Math.exp(vote);
      }
      float[] parts = new float[votes.length];
      for (int k = 0; k < votes.length; k++) {
        parts[k] = (float) (Math.exp(votes[k]) / sum);
      }
      return parts;
    }
  }

  private Field field(SplittableRandom random) {
    int grid = image / cell;
    int cells = grid * grid;
    int[] symbols = new int[cells];
    int[] marks = new int[cells];
    int right = random.nextInt(cells);
    int down = (right + 1 + random.nextInt(cells - 1)) % cells;
    marks[right] = 1;
    marks[down] = 2;
    for (int c = 0; c < cells; c++) {
      int kind = random.nextInt(Glyph.KINDS);
      int arrow = Glyph.KINDS + random.nextInt(2);
      double what = random.nextDouble();
      boolean isGlyph = marks[c] > 0 || what >= empty + arrows;
      symbols[c] = isGlyph ? kind : what < empty ? -1 : arrow;
    }
    int[] votes = new int[Glyph.KINDS];
    for (int symbol : symbols) {
      if (symbol >= 0) {
        boolean isKind = symbol < Glyph.KINDS;
        votes[isKind ? symbol : symbols[symbol == Glyph.KINDS ? right : down]]++;
      }
    }
    return new Field(symbols, marks, votes);
  }

  private Tensor pixels(Field field, SplittableRandom random) {
    int grid = image / cell;
    float[] ground = new float[CHANNELS];
    float[] colour = new float[CHANNELS];
    // Eighths are exact, and stored pictures stay small.
    for (int c = 0; c < CHANNELS; c++) {
      ground[c] = random.nextInt(-4, 1) / 8f;
      colour[c] = ground[c] + random.nextInt(4, 9) / 8f;
    }
    float[] pixels = new float[CHANNELS * image * image];
    for (int y = 0; y < image; y++) {
      for (int x = 0; x < image; x++) {
        int at = y / cell * grid + x / cell;
        boolean isInk = isInk(field.symbols()[at], field.marks()[at], y % cell, x % cell);
        boolean isStray = random.nextDouble() < clutter;
        float stray = random.nextInt(-4, 5) / 4f;
        for (int c = 0; c < CHANNELS; c++) {
          pixels[(c * image + y) * image + x] = isStray ? stray : isInk ? colour[c] : ground[c];
        }
      }
    }
    return Tensor.ofFloats(pixels, CHANNELS, image, image);
  }

  private boolean isInk(int symbol, int mark, int y, int x) {
    boolean isLine = (mark == 1 && x == cell - 1) || (mark == 2 && y == cell - 1);
    boolean isInside = symbol >= 0 && y < Glyph.SIDE && x < Glyph.SIDE;
    return isLine || (isInside && Glyph.ALL.get(symbol)[y][x]);
  }

  @Override
  public Map<String, Integer> sizes() {
    return Map.of("image", image, "channels", CHANNELS, "classes", Glyph.KINDS);
  }

  @Override
  public Task task() {
    return Task.CLASSIFICATION;
  }

  @Override
  public String description() {
    return "pictures of glyphs that vote, " + image + " x " + image + " in cells of " + cell;
  }
}

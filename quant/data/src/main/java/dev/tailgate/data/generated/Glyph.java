package dev.tailgate.data.generated;

import java.util.ArrayList;
import java.util.List;

/** Strokes of 5 x 5: eight kinds of glyphs, an arrow to the right and one down. */
final class Glyph {
  /** The side of a glyph. */
  static final int SIDE = 5;

  /** Kinds that vote. */
  static final int KINDS = 8;

  /** All of them, the arrows last. */
  static final List<boolean[][]> ALL =
      read(
          ".###. #...# ##### ..#.. ##.## #...# ###.. #####  ..#.. ..#..",
          "#...# .#.#. #...# ..#.. #...# #...# #.... ...#.  ...#. ..#..",
          "#...# ..#.. #...# ##### ..... ##### ###.. ..#..  ##### #.#.#",
          "#...# .#.#. #...# ..#.. #...# #...# #.... .#...  ...#. .###.",
          ".###. #...# ##### ..#.. ##.## #...# ###.. #####  ..#.. ..#..");

  private Glyph() {}

  private static List<boolean[][]> read(String... lines) {
    List<boolean[][]> glyphs = new ArrayList<>();
    for (int k = 0; k < KINDS + 2; k++) {
      boolean[][] strokes = new boolean[SIDE][SIDE];
      for (int row = 0; row < SIDE; row++) {
        String cells = List.of(lines[row].split(" +")).get(k);
        for (int column = 0; column < SIDE; column++) {
          strokes[row][column] = cells.charAt(column) == '#';
        }
      }
      glyphs.add(strokes);
    }
    return List.copyOf(glyphs);
  }
}

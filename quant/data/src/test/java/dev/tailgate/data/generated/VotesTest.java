package dev.tailgate.data.generated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Pictures are read back from their pixels, and votes counted again. */
class VotesTest {
  private static final int IMAGE = 24;
  private static final int CELL = 6;
  private static final int GRID = IMAGE / CELL;

  /** What is in a cell, from its pixels: -1 empty, else a glyph; and its line. */
  private record Cell(int symbol, boolean right, boolean below) {}

  private static Cell cell(Tensor pixels, int row, int column, float ground) {
    boolean[][] ink = new boolean[CELL][CELL];
    for (int y = 0; y < CELL; y++) {
      for (int x = 0; x < CELL; x++) {
        int at = (row * CELL + y) * IMAGE + column * CELL + x;
        ink[y][x] = pixels.data().getFloat(4 * at) != ground;
      }
    }
    int found = -1;
    for (int k = 0; k < Glyph.ALL.size(); k++) {
      if (holds(ink, Glyph.ALL.get(k))) {
        found = k;
      }
    }
    return new Cell(found, ink[0][CELL - 1], ink[CELL - 1][0]);
  }

  private static boolean holds(boolean[][] ink, boolean[][] strokes) {
    for (int y = 0; y < Glyph.SIDE; y++) {
      for (int x = 0; x < Glyph.SIDE; x++) {
        if (ink[y][x] != strokes[y][x]) {
          return false;
        }
      }
    }
    return true;
  }

  private static List<Cell> cells(Tensor pixels) {
    // Ink is brighter than the ground.
    float ground = Float.MAX_VALUE;
    for (int i = 0; i < IMAGE * IMAGE; i++) {
      ground = Math.min(ground, pixels.data().getFloat(4 * i));
    }
    Cell[] cells = new Cell[GRID * GRID];
    for (int c = 0; c < cells.length; c++) {
      cells[c] = cell(pixels, c / GRID, c % GRID, ground);
    }
    return List.of(cells);
  }

  @Test
  void classAndTargetFollowFromThePixels() {
    Votes votes = new Votes(IMAGE, CELL, 0.3, 0.3, 0);
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 300; i++) {
      Example example = votes.draw(random);
      List<Cell> cells = cells(example.inputs().get("pixel_values"));
      int right = cells.stream().filter(Cell::right).findFirst().orElseThrow().symbol();
      int below = cells.stream().filter(Cell::below).findFirst().orElseThrow().symbol();
      int[] counts = new int[8];
      for (Cell cell : cells) {
        int said = cell.symbol() == 8 ? right : cell.symbol() == 9 ? below : cell.symbol();
        if (said >= 0) {
          counts[said]++;
        }
      }
      int label = Math.toIntExact(example.label().toLongs()[0]);
      double sum = Arrays.stream(counts).mapToDouble(Math::exp).sum();
      for (int k = 0; k < 8; k++) {
        assertThat(k == label || counts[k] < counts[label]).isTrue();
        float told = example.target().orElseThrow().data().getFloat(4 * k);
        assertThat((double) told).isCloseTo(Math.exp(counts[k]) / sum, within(1e-7));
      }
    }
  }

  @Test
  void cellsAreEmptyAsOftenAsAskedFor() {
    // Without arrows a tie does not depend on how many cells are empty by much.
    Votes votes = new Votes(60, CELL, 0.7, 0, 0);
    SplittableRandom random = new SplittableRandom(6);
    double blank = 0;
    int pictures = 200;
    for (int i = 0; i < pictures; i++) {
      Tensor pixels = votes.draw(random).inputs().get("pixel_values");
      float ground = pixels.data().getFloat(0);
      for (int p = 0; p < 60 * 60; p++) {
        ground = Math.min(ground, pixels.data().getFloat(4 * p));
      }
      for (int c = 0; c < 100; c++) {
        boolean isBlank = true;
        for (int p = 0; p < CELL * CELL; p++) {
          int at = (c / 10 * CELL + p / CELL) * 60 + c % 10 * CELL + p % CELL;
          isBlank &= pixels.data().getFloat(4 * at) == ground;
        }
        blank += isBlank ? 1 : 0;
      }
    }
    // Two of a hundred cells are marked and never empty; four standard errors.
    double cells = pictures * 98.0;
    assertThat(blank / cells).isCloseTo(0.7, within(4 * Math.sqrt(0.21 / cells)));
  }

  @Test
  void strayPixelsAreAsManyAsAskedFor() {
    Votes clean = new Votes(IMAGE, CELL, 1, 0, 0);
    Votes noisy = new Votes(IMAGE, CELL, 1, 0, 1);
    Tensor without = clean.draw(new SplittableRandom(8)).inputs().get("pixel_values");
    Tensor with = noisy.draw(new SplittableRandom(8)).inputs().get("pixel_values");
    assertThat(values(without).length).isLessThanOrEqualTo(6);
    assertThat(values(with)).containsExactly(-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1);
  }

  private static double[] values(Tensor pixels) {
    double[] values = new double[pixels.elementCount()];
    Arrays.setAll(values, i -> pixels.data().getFloat(4 * i));
    return Arrays.stream(values).distinct().sorted().toArray();
  }

  @Test
  void picturesThatCellsDoNotTileAreRefused() {
    assertThatThrownBy(() -> new Votes(25, 6, 0.3, 0.3, 0)).hasMessageContaining("tile");
    assertThatThrownBy(() -> new Votes(25, 5, 0.3, 0.3, 0)).hasMessageContaining("5 pixels");
    assertThatThrownBy(() -> new Votes(1 << 20, 8, 0.3, 0.3, 0)).hasMessageContaining("up to");
    assertThatThrownBy(() -> new Votes(24, 6, 0.8, 0.3, 0)).hasMessageContaining("together");
    assertThatThrownBy(() -> new Votes(24, 6, 0.3, 0.3, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

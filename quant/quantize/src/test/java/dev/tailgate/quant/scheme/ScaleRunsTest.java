package dev.tailgate.quant.scheme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ScaleRunsTest {
  private static ScaleLayout blocks(List<Long> dims, int axis, int size) {
    List<Long> few = new ArrayList<>(dims);
    few.set(axis, (dims.get(axis) + size - 1) / size);
    return new ScaleLayout.Blocks(axis, size, dims.get(axis), few);
  }

  /** By the coordinates of the element, one division at a time. */
  private static int expected(List<Long> dims, ScaleLayout layout, long element) {
    long[] at = new long[dims.size()];
    for (int axis = at.length - 1; axis >= 0; axis--) {
      at[axis] = element % dims.get(axis);
      element /= dims.get(axis);
    }
    if (layout instanceof ScaleLayout.Axis channel) {
      return (int) at[channel.axis()];
    }
    if (layout instanceof ScaleLayout.Blocks blocks) {
      at[blocks.axis()] /= blocks.size();
      long index = 0;
      for (int axis = 0; axis < at.length; axis++) {
        index = index * blocks.dims().get(axis) + at[axis];
      }
      return (int) index;
    }
    return 0;
  }

  private static void check(List<Long> dims, ScaleLayout layout, int chunk) {
    ScaleRuns runs = ScaleRuns.of(dims, layout);
    int total = (int) runs.elements();
    int[] found = new int[total];
    Arrays.fill(found, -1);
    for (int position = 0; position < total; position += chunk) {
      int start = position;
      runs.forEach(
          start,
          Math.min(chunk, total - start),
          (from, to, scale, step) -> {
            for (int i = from; i < to; i++) {
              assertThat(found[start + i]).isEqualTo(-1);
              found[start + i] = scale + step * (i - from);
            }
          });
    }
    for (int i = 0; i < total; i++) {
      assertThat(found[i])
          .as("%s %s element %d", dims, layout, i)
          .isEqualTo(expected(dims, layout, i));
    }
    for (int i = 0; i <= total; i++) {
      int open = runs.firstOpen(i);
      assertThat(Arrays.stream(found, i, total)).allMatch(scale -> scale >= open);
    }
    assertThat(runs.firstOpen(total)).isEqualTo(runs.scales());
  }

  @Property(seed = "1", tries = 200)
  void everyElementIsInOneRunWithItsScaleHoweverTheTensorIsCut(
      @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 1, max = 6) Integer> sizes,
      @ForAll @IntRange(max = 3) int axisChoice,
      @ForAll @IntRange(min = 2, max = 7) int size,
      @ForAll @IntRange(min = 1, max = 50) int chunk) {
    List<Long> dims = sizes.stream().map(Integer::longValue).toList();
    int axis = axisChoice % dims.size();
    check(dims, new ScaleLayout.Whole(), chunk);
    check(dims, new ScaleLayout.Axis(axis), chunk);
    check(dims, blocks(dims, axis, size), chunk);
  }

  @Test
  void rowsAndBlocksOfRowsAreSettledAsSoonAsTheyArePassed() {
    List<Long> dims = List.of(3L, 10L);
    assertThat(ScaleRuns.of(dims, new ScaleLayout.Axis(0)).firstOpen(20)).isEqualTo(2);
    assertThat(ScaleRuns.of(dims, new ScaleLayout.Axis(1)).firstOpen(20)).isZero();
    // Blocks of 4, 4 and 2 in each row.
    assertThat(ScaleRuns.of(dims, blocks(dims, 1, 4)).firstOpen(18)).isEqualTo(5);
    // Bands of 2 rows and 1 row, 10 scales each.
    assertThat(ScaleRuns.of(dims, blocks(dims, 0, 2)).firstOpen(20)).isEqualTo(10);
  }

  @Test
  void layoutsOfOtherShapesAreRefused() {
    List<Long> dims = List.of(3L, 10L);
    assertThatThrownBy(() -> ScaleRuns.of(dims, new ScaleLayout.Axis(2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ScaleRuns.of(dims, blocks(List.of(3L, 12L), 1, 4)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ScaleRuns.of(dims, blocks(List.of(4L, 10L), 1, 4)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

package dev.tailgate.heal.remedy.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.onnx.remedy.scale.SmoothingScales;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class SmoothingScalesTest {
  private static final Path VECTORS =
      Path.of("src/test/resources/dev/tailgate/heal/remedy/smoothing_scales.tsv");

  @Test
  void scalesAreThoseOfTheAuthorsRuleInNumPy() throws IOException {
    List<String> lines =
        Files.readAllLines(VECTORS).stream().filter(line -> !line.startsWith("#")).toList();
    assertThat(lines).hasSize(72);
    for (String line : lines) {
      String[] cells = line.split("\t", -1);
      double expected = Double.parseDouble(cells[4]);
      double[] found =
          SmoothingScales.of(
              new double[] {Double.parseDouble(cells[2])},
              new double[] {Double.parseDouble(cells[3])},
              Double.parseDouble(cells[1]));
      // Both in doubles: powers differ by an ulp or two.
      assertThat(found[0] / expected).as(line).isCloseTo(1, within(1e-12));
    }
  }

  @Property(seed = "11")
  void halfTheStrengthMakesBothMaximaEqual(
      @ForAll @DoubleRange(min = 0.01, max = 1000) double activation,
      @ForAll @DoubleRange(min = 0.01, max = 1000) double weight) {
    double s = SmoothingScales.of(new double[] {activation}, new double[] {weight}, 0.5)[0];
    assertThat(activation / s / (weight * s)).isCloseTo(1, within(1e-12));
  }

  @Test
  void deadChannelsAreLeftAlone() {
    assertThat(SmoothingScales.of(new double[] {0, 3, 2}, new double[] {1, 0, Double.NaN}, 0.5))
        .containsExactly(1, 1, 1);
  }

  @Test
  void anAlphaBeyondOneIsRefused() {
    assertThatThrownBy(() -> SmoothingScales.of(new double[1], new double[1], 1.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("alpha 1.1");
  }
}

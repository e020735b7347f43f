package dev.tailgate.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.quant.scheme.GridRule;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.DyadicHistogram;
import dev.tailgate.stats.Range;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RangeSearchTest {
  private static final List<TensorScheme> SCHEMES =
      List.of(
          TensorScheme.parse("uint8:asym"),
          TensorScheme.parse("int8:sym"),
          TensorScheme.parse("uint8:sym"),
          TensorScheme.parse("uint4:asym"),
          TensorScheme.parse("fp8-e4m3"));

  private static float[] heavyTailed(int size, double shift) {
    Random random = new Random(17);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      double z = random.nextGaussian();
      values[i] = (float) (z * z * z + shift);
    }
    return values;
  }

  private static DyadicHistogram histogram(float[] values) {
    DyadicHistogram histogram = DyadicHistogram.create();
    histogram.accept(values);
    return histogram;
  }

  /** On the values themselves, by the rounding that fake-quant nodes do. */
  private static double error(float[] values, TensorScheme scheme, Range range) {
    QuantParams grid = GridRule.grid(scheme, range).perTensor();
    double error = 0;
    for (float value : values) {
      double distance = (double) value - grid.fakeQuant(value, 0);
      error += distance * distance;
    }
    return error;
  }

  /** A histogram cannot tell candidates apart whose errors differ by less than a bin's worth. */
  @Test
  void mseFindsTheLeastErrorOfAllCandidates() {
    for (double shift : new double[] {0, 2, 40}) {
      float[] values = heavyTailed(20_000, shift);
      DyadicHistogram histogram = histogram(values);
      Range all = histogram.range();
      for (TensorScheme scheme : SCHEMES) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 1; i <= 100; i++) {
          Range candidate = new Range(all.min() * i / 100, all.max() * i / 100);
          least = Math.min(least, error(values, scheme, candidate));
        }
        double found = error(values, scheme, MseSearch.range(histogram, scheme));
        assertThat(found).as(scheme.label() + shift).isBetween(least, 1.01 * least);
      }
    }
  }

  /** ONNX Runtime's loop, on plain arrays and with the scheme's grid. */
  private static double divergence(long[] counts, double width, Range range, TensorScheme scheme) {
    int from = (int) Math.floor(range.min() / width) + DyadicHistogram.HALF;
    int to = (int) Math.floor(range.max() / width) + DyadicHistogram.HALF + 1;
    QuantParams grid = GridRule.grid(scheme, range).perTensor();
    double[] p = new double[to - from];
    double[] cells = new double[grid.format().bits() == 8 ? 256 : 16];
    double[] filled = new double[cells.length];
    int[] cell = new int[p.length];
    double inside = 0;
    double all = 0;
    for (int i = 0; i < counts.length; i++) {
      p[Math.max(0, Math.min(p.length - 1, i - from))] += counts[i];
      all += counts[i];
    }
    for (int i = 0; i < p.length; i++) {
      double middle = (i + from - DyadicHistogram.HALF + 0.5) * width;
      cell[i] = (int) (grid.quantize((float) middle, 0) - grid.format().lowest());
      cells[cell[i]] += counts[i + from];
      filled[cell[i]] += p[i] > 0 ? 1 : 0;
      inside += counts[i + from];
    }
    double divergence = 0;
    for (int i = 0; i < p.length; i++) {
      if (p[i] > 0) {
        double q = cells[cell[i]] / filled[cell[i]] / inside;
        divergence += p[i] / all * Math.log(p[i] / all / q);
      }
    }
    return divergence;
  }

  /** Candidates with fewer bins than cells are left out by the search. */
  @Test
  void entropyFindsTheLeastDivergenceOfAllThresholds() {
    for (double shift : new double[] {0, 2}) {
      DyadicHistogram histogram = histogram(heavyTailed(20_000, shift));
      Range all = histogram.range();
      for (TensorScheme scheme : SCHEMES.subList(0, 4)) {
        double least = Double.POSITIVE_INFINITY;
        int levels = 1 << scheme.format().bits();
        for (int j = 1; j <= 512; j++) {
          double t = all.absMax() * j / 512;
          double low = Math.max(all.min(), -t);
          double high = Math.min(all.max(), t);
          Range candidate = new Range(low, high);
          double bins =
              Math.floor(candidate.max() / histogram.width())
                  - Math.floor(candidate.min() / histogram.width())
                  + 1;
          if (bins >= levels) {
            double kl = divergence(histogram.counts(), histogram.width(), candidate, scheme);
            least = Math.min(least, kl);
          }
        }
        Range found = EntropySearch.range(histogram, scheme);
        double kl = divergence(histogram.counts(), histogram.width(), found, scheme);
        // Bins whose middle lies on an edge between cells may fall to either side.
        assertThat(kl).as(scheme.label()).isCloseTo(least, within(0.01 * least + 1e-9));
      }
    }
  }

  @Test
  void oneOutlierIsClippedAndUniformValuesAreNot() {
    float[] outlier = new float[100_000];
    float[] uniform = new float[100_000];
    Random random = new Random(4);
    for (int i = 0; i < outlier.length; i++) {
      outlier[i] = (float) random.nextGaussian();
      uniform[i] = random.nextFloat() * 2 - 1;
    }
    outlier[77] = 30;
    TensorScheme scheme = TensorScheme.papersActivations(8);
    Range clipped = MseSearch.range(histogram(outlier), TensorScheme.parse("uint4:asym"));
    assertThat(clipped.max()).isLessThan(15);
    assertThat(EntropySearch.range(histogram(outlier), scheme).max()).isLessThan(15);
    assertThat(MseSearch.range(histogram(uniform), scheme).max()).isGreaterThan(0.97);
    assertThat(EntropySearch.range(histogram(uniform), scheme).max()).isGreaterThan(0.9);
  }

  @Test
  void emptyAndConstantHistogramsHaveTheObviousRange() {
    TensorScheme scheme = TensorScheme.papersActivations(8);
    assertThat(MseSearch.range(DyadicHistogram.create(), scheme)).isEqualTo(Range.EMPTY);
    assertThat(EntropySearch.range(DyadicHistogram.create(), scheme)).isEqualTo(Range.EMPTY);
    for (float constant : new float[] {0, 3.5f, -2}) {
      DyadicHistogram histogram = histogram(new float[] {constant, constant});
      assertThat(EntropySearch.range(histogram, scheme)).isEqualTo(Range.of(constant));
      Range found = MseSearch.range(histogram, scheme);
      assertThat(error(new float[] {constant}, scheme, found)).isLessThan(1e-6);
    }
  }
}

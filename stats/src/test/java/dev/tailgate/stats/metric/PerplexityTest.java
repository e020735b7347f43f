package dev.tailgate.stats.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.stats.AccumulatorLaws;
import java.util.List;
import org.junit.jupiter.api.Test;

class PerplexityTest implements AccumulatorLaws<Perplexity> {

  @Override
  public Perplexity empty() {
    return Perplexity.create(Perplexity.Averaging.BATCH_MEAN);
  }

  @Override
  public void feed(Perplexity into, float[] stream, int from, int to) {
    for (int i = from; i < to; i++) {
      into.accept(Math.abs(stream[i]) / 100, 1 + i % 3);
    }
  }

  @Override
  public List<Object> describe(Perplexity metric) {
    return List.of(metric.value(), metric.batches(), metric.tokens(), metric.skippedBatches());
  }

  private static Perplexity fed(Perplexity.Averaging averaging) {
    Perplexity perplexity = Perplexity.create(averaging);
    perplexity.accept(2, 4);
    perplexity.accept(9, 6);
    perplexity.accept(0, 0);
    return perplexity;
  }

  @Test
  void averagesBatchesOrTokens() {
    // Batch means 0.5 and 1.5 average to 1; tokens average to 11 / 10.
    Perplexity papers = fed(Perplexity.Averaging.BATCH_MEAN);
    assertThat(papers.value()).isCloseTo(2.718281828459045, within(1e-15));
    assertThat(papers.spec()).isEqualTo(Metrics.PERPLEXITY);
    Perplexity tokens = fed(Perplexity.Averaging.TOKEN_MEAN);
    assertThat(tokens.value()).isCloseTo(3.0041660239464334, within(1e-15));
    assertThat(tokens.spec()).isEqualTo(Metrics.TOKEN_PERPLEXITY);
    assertThat(tokens.tokens()).isEqualTo(10);
  }

  @Test
  void countsNonFiniteLossesApart() {
    Perplexity perplexity = fed(Perplexity.Averaging.TOKEN_MEAN);
    perplexity.accept(Double.NaN, 3);
    perplexity.accept(Double.POSITIVE_INFINITY, 3);
    assertThat(perplexity.skippedBatches()).isEqualTo(2);
    assertThat(perplexity.value()).isCloseTo(3.0041660239464334, within(1e-15));
  }

  @Test
  void doesNotMixAverages() {
    Perplexity perplexity = Perplexity.create(Perplexity.Averaging.TOKEN_MEAN);
    assertThat(perplexity.value()).isNaN();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> perplexity.combine(fed(Perplexity.Averaging.BATCH_MEAN)));
    assertThatIllegalArgumentException().isThrownBy(() -> perplexity.accept(1, -1));
  }
}

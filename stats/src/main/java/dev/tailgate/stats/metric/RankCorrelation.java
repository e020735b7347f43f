package dev.tailgate.stats.metric;

import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.ranking.NaNStrategy;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;
import org.apache.commons.math3.util.ResizableDoubleArray;

/**
 * Spearman's correlation of predictions with scores: Pearson's correlation of their ranks, equal
 * values sharing the mean of their ranks. In [-1, 1], dimensionless.
 *
 * <p>Edges: fewer than two pairs, or all of one value, give NaN; in a bootstrap draw that leaves
 * the interval unknown. A NaN among the predictions makes the result NaN.
 *
 * <p>Source: C. Spearman (1904), Am. J. Psychol. 15, 72.
 */
public final class RankCorrelation implements SampledMetric {
  private final ResizableDoubleArray predictions = new ResizableDoubleArray();
  private final ResizableDoubleArray scores = new ResizableDoubleArray();

  private final MetricSpec spec;

  private RankCorrelation(MetricSpec spec) {
    this.spec = spec;
  }

  /** No pairs yet. */
  public static RankCorrelation of(MetricSpec spec) {
    return new RankCorrelation(spec);
  }

  /** Adds a pair behind the last. */
  public void add(double prediction, double score) {
    set(samples(), prediction, score);
  }

  /** States pair {@code pair}, from 0, in any order; none may be left out in the end. */
  public void set(int pair, double prediction, double score) {
    predictions.setElement(pair, prediction);
    scores.setElement(pair, score);
  }

  @Override
  public MetricSpec spec() {
    return spec;
  }

  @Override
  public int samples() {
    return scores.getNumElements();
  }

  @Override
  public double value(int[] drawn) {
    double[] x = new double[drawn.length];
    double[] y = new double[drawn.length];
    for (int i = 0; i < drawn.length; i++) {
      x[i] = predictions.getElement(drawn[i]);
      y[i] = scores.getElement(drawn[i]);
      if (Double.isNaN(x[i]) || Double.isNaN(y[i])) {
        return Double.NaN;
      }
    }
    if (drawn.length < 2) {
      return Double.NaN;
    }
    NaturalRanking ranking = new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE);
    return new PearsonsCorrelation().correlation(ranking.rank(x), ranking.rank(y));
  }
}

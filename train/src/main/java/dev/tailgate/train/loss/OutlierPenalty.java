package dev.tailgate.train.loss;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * How far the elements of an activation spread beyond what a grid of few levels holds. A row is a
 * sample, all its elements together, as the published measurements have it; padding is left out.
 *
 * @param tap a float value of the student, {@code [B, T, C]} where there is a mask
 * @param measure of what
 * @param mask an input {@code [B, T]} of the student by which tokens count; all where it is empty.
 *     With a tap {@code [B * T, C]} each token is a row.
 */
public record OutlierPenalty(String tap, Measure measure, Optional<String> mask) implements Loss {
  /** What is made small. */
  public sealed interface Measure {}

  /**
   * {@code mean_rows max(0, log(K / target))} of the kurtosis {@code K = m4 / (s^4 + 1e-6)} of a
   * row, with the population's fourth moment and the sample's variance, as Bondarenko et al. (arXiv
   * 2306.12929) compute it. Only what lies above the target counts: a row that is flatter already
   * is no harm. It is the logarithm that counts, since kurtosis spans 3 to 3000 between the layers
   * of one model: of their differences the worst layer would take all of the gradient, and the
   * factor of the penalty would mean another thing at the end of a training than at its start.
   *
   * @param target 3 for the tails of a normal distribution, 1.8 for the uniform one that a grid
   *     holds best (Shkolnik et al., arXiv 2002.07686); above 1
   */
  public record Kurtosis(double target) implements Measure {
    /** Refuses a target that no distribution goes below. */
    public Kurtosis {
      if (!(target > 1 && target < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("A kurtosis of " + target);
      }
    }
  }

  /**
   * {@code mean (|x| / threshold)^power} over all elements that count: next to nothing below the
   * threshold, steep above.
   *
   * @param threshold above 0
   * @param power at least 1
   */
  public record Power(double threshold, double power) implements Measure {
    /** Refuses values outside their ranges. */
    public Power {
      if (!(threshold > 0 && threshold < Double.POSITIVE_INFINITY && power >= 1 && power <= 64)) {
        throw new IllegalArgumentException("A penalty of (|x| / " + threshold + ")^" + power);
      }
    }
  }

  /**
   * {@code mean_rows max |x|}. Its gradient goes to the largest element of a row, in equal parts to
   * those that are equally large.
   */
  public record InfNorm() implements Measure {}

  @Override
  public Value build(LossGraph graph) {
    Value x = graph.student(tap);
    int rank = graph.rank(tap);
    Counted places = Counted.of(graph, mask, rank, x.type());
    if (measure instanceof Kurtosis kurtosis) {
      return kurtosis(graph.builder(), x, rank, places, kurtosis.target());
    }
    Value size = x.op("Abs").of(x.type());
    if (measure instanceof Power power) {
      Value ratio = size.times(1 / power.threshold());
      return places.mean(power(graph.builder(), ratio, power.power()));
    }
    long[] axes = LongStream.range(1, rank).toArray();
    return places.rowMean(places.only(size).max(axes), axes);
  }

  private static Value power(GraphBuilder g, Value ratio, double power) {
    return power == 1 ? ratio : ratio.op("Pow", g.scalar(ratio.type(), power)).of(ratio.type());
  }

  private static Value kurtosis(GraphBuilder g, Value x, int rank, Counted places, double target) {
    ElementType type = x.type();
    long[] axes = LongStream.range(1, rank).toArray();
    Value number = places.rowNumber(x, axes);
    Value centred = places.only(x.minus(places.only(x).sum(axes).over(number)));
    Value squares = centred.times(centred);
    Value second = squares.sum(axes);
    Value fourth = squares.times(squares).sum(axes).over(number);
    // One element or none has no variance: it counts as 0.
    Value spread = second.over(number.minus(1).op("Max", g.scalar(type, 1)).of(type));
    Value kurtosis = fourth.over(spread.times(spread).plus(1e-6));
    Value above = kurtosis.op("Max", g.scalar(type, target)).of(type).times(1 / target).log();
    return places.rowMean(above, axes);
  }
}

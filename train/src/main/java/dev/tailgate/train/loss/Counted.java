package dev.tailgate.train.loss;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The places of a value that count: those where a mask over its first axes is not 0, or all. Means
 * over them are sums over what counts by its number, which is 1 at least, so that a batch of
 * padding alone gives 0.
 */
final class Counted {
  private final LossGraph graph;
  private final Optional<Value> weights;

  private Counted(LossGraph graph, Optional<Value> weights) {
    this.graph = graph;
    this.weights = weights;
  }

  /**
   * The places of a value of {@code rank} dimensions.
   *
   * @param mask an input {@code [B, T]} of the student; where the value has two dimensions, it is
   *     taken to be {@code [B * T, C]}
   * @param type the float type of the value
   */
  static Counted of(LossGraph graph, Optional<String> mask, int rank, ElementType type) {
    return new Counted(
        graph,
        mask.map(
            name -> {
              Value ones = ones(graph.any(name), type);
              if (rank < 2) {
                throw ModelException.doing("adding a loss")
                    .expected("a value with a mask to have 2 dimensions or more")
                    .found(rank + " dimensions")
                    .fix("Leave the mask out, or choose another value.");
              }
              return rank == 2
                  ? ones.reshape(-1, 1)
                  : ones.unsqueeze(LongStream.range(2, rank).toArray());
            }));
  }

  /** The tokens {@code [B, T]} of samples, for {@link #rowMean} over axis 1 alone. */
  static Counted ofSamples(LossGraph graph, Optional<String> mask, ElementType type) {
    return new Counted(graph, mask.map(name -> ones(graph.any(name), type)));
  }

  /** 1 where a mask is not 0, else 0. */
  static Value ones(Value mask, ElementType type) {
    Value flags =
        mask.type() == ElementType.BOOL ? mask : mask.cast(ElementType.BOOL).of(ElementType.BOOL);
    return flags.cast(type).of(type);
  }

  /** {@code value} with zeros where it does not count. */
  Value only(Value value) {
    return weights.map(value::times).orElse(value);
  }

  /**
   * How many elements of {@code value} count, a float without dimensions, 1 at least.
   *
   * @param value of the shape that is asked about
   */
  Value number(Value value) {
    Value all = value.op("Size").of(ElementType.INT64).cast(value.type()).of(value.type());
    return weights
        .map(
            ones -> {
              Value places = ones.op("Size").of(ElementType.INT64).cast(value.type());
              return total(ones).times(all.over(places.of(value.type()))).op("Max", one(value));
            })
        .orElse(all)
        .of(value.type());
  }

  private Value one(Value like) {
    return graph.builder().scalar(like.type(), 1);
  }

  /**
   * How many elements of each row of {@code value} count, a row being what one index of the first
   * axis leaves: {@code [B, 1, ...]}, 1 at least.
   *
   * @param axes all but the first
   */
  Value rowNumber(Value value, long... axes) {
    ElementType type = value.type();
    Value all = value.op("Size").of(ElementType.INT64).cast(type).of(type);
    if (weights.isEmpty()) {
      return all.over(value.extent(0).cast(type).of(type));
    }
    Value ones = weights.get();
    Value places = ones.op("Size").of(ElementType.INT64).cast(type).of(type);
    return ones.sum(axes).times(all.over(places)).op("Max", one(value)).of(type);
  }

  /**
   * The mean of one number a row, {@code [B, 1, ...]}, over the rows in which anything counts.
   *
   * @param axes all but the first
   */
  Value rowMean(Value numbers, long... axes) {
    if (weights.isEmpty()) {
      return mean(numbers);
    }
    Value rows = weights.get().sum(axes).op("Min", one(numbers)).of(numbers.type());
    Value number = total(rows).op("Max", one(numbers)).of(numbers.type());
    return total(numbers.times(rows)).over(number);
  }

  /** The mean over the elements of {@code value} that count. */
  Value mean(Value value) {
    return weights.isEmpty()
        ? graph.builder().node("ReduceMean", value).with("keepdims", 0).value()
        : total(only(value)).over(number(value));
  }

  /** The sum over all elements. */
  private Value total(Value value) {
    return graph.builder().node("ReduceSum", value).with("keepdims", 0).value();
  }
}

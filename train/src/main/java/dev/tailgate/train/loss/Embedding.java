package dev.tailgate.train.loss;

import dev.tailgate.data.Pooling;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import java.util.Optional;

/**
 * One vector a sample, {@code [B, C]}, of a value that is one already or has one for each token,
 * {@code [B, T, C]}.
 *
 * @param pooling what makes a vector of those of the tokens: their mean, or the first; unused where
 *     the value has two dimensions
 * @param mask an input {@code [B, T]} of the student by which tokens count; all where it is empty
 */
public record Embedding(Pooling pooling, Optional<String> mask) {
  /** A vector without tokens would divide by 0; PyTorch's pooling of sentences has the same. */
  private static final double FEWEST = 1e-9;

  /** Added to squared lengths: nothing beside any but that of a vector of zeros. */
  private static final double SHORTEST = 1e-24;

  /** Refuses what has no gradient here. */
  public Embedding {
    if (pooling != Pooling.MEAN && pooling != Pooling.CLS) {
      throw new IllegalArgumentException("Pooling " + pooling + " in a loss");
    }
  }

  /**
   * The vectors of {@code value}.
   *
   * @param rank its number of dimensions
   */
  Value of(LossGraph graph, Value value, int rank) {
    if (rank == 2) {
      return value;
    }
    if (rank != 3) {
      throw ModelException.doing("adding a loss of embeddings")
          .expected("a value [B, C] or [B, T, C]")
          .found(rank + " dimensions")
          .fix("Choose another value of the model.");
    }
    if (pooling == Pooling.CLS) {
      return graph
          .builder()
          .node("Squeeze", value.slice(1, 0, 1), graph.builder().longs(1))
          .value();
    }
    ElementType type = value.type();
    if (mask.isEmpty()) {
      return graph
          .builder()
          .node("ReduceMean", value, graph.builder().longs(1))
          .with("keepdims", 0)
          .value();
    }
    Value tokens = Counted.ones(graph.any(mask.get()), type).unsqueeze(2);
    Value number = sum(graph, tokens).op("Max", graph.builder().scalar(type, FEWEST)).of(type);
    return sum(graph, value.times(tokens)).over(number);
  }

  /** The mean of one number a sample, {@code [B, 1]}, over the samples with a token that counts. */
  Value mean(LossGraph graph, Value numbers) {
    Counted tokens = Counted.ofSamples(graph, mask, numbers.type());
    return tokens.rowMean(numbers, 1);
  }

  private static Value sum(LossGraph graph, Value value) {
    return graph
        .builder()
        .node("ReduceSum", value, graph.builder().longs(1))
        .with("keepdims", 0)
        .value();
  }

  /** Vectors of length 1; zeros stay zeros. */
  static Value direction(Value vectors) {
    return vectors.over(vectors.times(vectors).sum(-1).plus(SHORTEST).sqrt());
  }
}

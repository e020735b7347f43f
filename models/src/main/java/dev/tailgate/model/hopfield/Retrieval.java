package dev.tailgate.model.hopfield;

import dev.tailgate.model.Heads;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ModelException;
import java.util.Optional;

/**
 * How the layers retrieve: queries {@code [B, L, width]} are moved toward keys {@code [B, S,
 * width]} some steps, each head on its own channels, and the last step reads values,
 *
 * <pre>
 *   q = p(beta q k^T + mask) k        steps - 1 times
 *   z = p(beta q k^T + mask) v
 * </pre>
 *
 * @param beta inverse temperature, above 0; attention has {@code 1 / sqrt(width / heads)}
 * @param steps of retrieval, 1 or more
 */
public record Retrieval(Separation separation, Heads heads, double beta, int steps) {
  /** Refuses what retrieves nothing. */
  public Retrieval {
    if (!(beta > 0 && beta < Double.POSITIVE_INFINITY)) {
      throw ModelException.doing("building a Hopfield layer")
          .expected("a beta above 0")
          .found(Double.toString(beta))
          .fix("Attention has 1 / sqrt(width / heads).");
    }
    if (steps < 1) {
      throw ModelException.doing("building a Hopfield layer")
          .expected("1 update step or more")
          .found(Integer.toString(steps))
          .fix("One step is attention.");
    }
  }

  /** The retrieval of OutEffHop as attention has it. */
  public static Retrieval outEffHop(int width, int heads) {
    return attention(Separation.SOFTMAX1, width, heads);
  }

  /** One step at the temperature of attention. */
  public static Retrieval attention(Separation separation, int width, int heads) {
    Heads split = new Heads(width, heads);
    return new Retrieval(separation, split, 1 / Math.sqrt(split.size()), 1);
  }

  /**
   * What is read, {@code [B, L, width]}.
   *
   * @param mask is added to the similarities {@code [B, heads, L, S]}; minus infinity or -1e9 where
   *     nothing is stored
   */
  public Value of(
      GraphBuilder graph, Value queries, Value keys, Value values, Optional<Value> mask) {
    Value q = heads.split(queries);
    Value k = heads.split(keys);
    for (int step = 1; step < steps; step++) {
      q = weights(graph, q, k, mask).matMul(k);
    }
    return heads.merge(weights(graph, q, k, mask).matMul(heads.split(values)));
  }

  private Value weights(GraphBuilder graph, Value q, Value k, Optional<Value> mask) {
    Value z = q.matMul(k.transpose(0, 1, 3, 2)).times(beta);
    return separation.weights(graph, mask.map(z::plus).orElse(z), 4);
  }
}

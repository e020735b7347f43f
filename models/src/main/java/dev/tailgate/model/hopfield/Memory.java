package dev.tailgate.model.hopfield;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.List;
import java.util.Optional;

/**
 * An associative memory in retrieval mode, without anything learned. With memories {@code Xi [M,
 * d]}, queries {@code x [N, d]} and a separation with weights {@code p} and potential {@code F},
 * one step of retrieval and the energy that it lowers are
 *
 * <pre>
 *   T(x) = p(beta x Xi^T) Xi
 *   H(x) = - F(beta x Xi^T) / beta + x.x / 2        grad H(x) = x - T(x)
 * </pre>
 *
 * <p>Inputs are {@code memories}, {@code queries} and {@code beta}, a scalar above 0, all of one
 * type. Outputs are, for {@code t} from 1 to {@code steps}, {@code state_t [N, d]}; for {@code t}
 * from 0, {@code energy_t [N]} of the state; and from 0 to before {@code steps}, {@code mass_t
 * [N]}, the sum of the weights of the step that follows, which is 1 but for Softmax1, and {@code
 * top_t [N]}, the largest of them.
 *
 * <p>Source: OutEffHop (arXiv 2404.03828), lemma 2.1.
 *
 * @param type float32 or double
 */
public record Memory(Separation separation, int steps, ElementType type) {
  /** Memories, {@code [M, d]}. */
  public static final String MEMORIES = "memories";

  /** Queries, {@code [N, d]}. */
  public static final String QUERIES = "queries";

  /** The inverse temperature, a scalar. */
  public static final String BETA = "beta";

  private static final int OPSET = 18;

  /** Refuses a memory that retrieves nothing. */
  public Memory {
    if (steps < 1) {
      throw new IllegalArgumentException("A memory makes 1 step or more, not " + steps);
    }
    if (type != ElementType.FLOAT && type != ElementType.DOUBLE) {
      throw new IllegalArgumentException("A memory is of float32 or double, not " + type.label());
    }
  }

  /** The name of the state after {@code t} steps. */
  public static String state(int t) {
    return "state_" + t;
  }

  /** The name of the energy of that state. */
  public static String energy(int t) {
    return "energy_" + t;
  }

  /** The name of the sum of weights of the step after {@code t} steps. */
  public static String mass(int t) {
    return "mass_" + t;
  }

  /** The name of the largest weight of that step. */
  public static String top(int t) {
    return "top_" + t;
  }

  /** The graph. */
  public OnnxModel build() {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(OPSET));
    Value memories = g.input(MEMORIES, type, Dim.of("M"), Dim.of("d"));
    Value x = g.input(QUERIES, type, Dim.of("N"), Dim.of("d"));
    Value beta = g.input(BETA, type);
    for (int t = 0; t <= steps; t++) {
      Value z = x.matMul(memories.transpose(1, 0)).times(beta);
      Value p = separation.weights(g, z, 2);
      Value half = x.times(x).sum(1).squeeze(1).times(0.5);
      row(g, energy(t), half.minus(separation.potential(z, p).over(beta)));
      if (t < steps) {
        row(g, mass(t), p.sum(-1).squeeze(-1));
        row(g, top(t), p.max(-1).squeeze(-1));
        x = p.matMul(memories);
        List<Dim> dims = List.of(Dim.of("N"), Dim.of("d"));
        g.output(new ValueInfo(state(t + 1), type, Optional.of(dims)), x);
      }
    }
    return g.model();
  }

  private void row(GraphBuilder g, String name, Value value) {
    g.output(new ValueInfo(name, type, Optional.of(List.of(Dim.of("N")))), value);
  }
}

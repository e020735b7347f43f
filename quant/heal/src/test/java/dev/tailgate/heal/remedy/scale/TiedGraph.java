package dev.tailgate.heal.remedy.scale;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.kit.Weights;
import java.util.Random;

/**
 * An RMSNorm, a gated feed-forward and a head that shares its matrix with the embedding, written
 * out, opset 13:
 *
 * <pre>
 *   x = table[ids];  n = x / sqrt(mean(x^2) + eps) gain
 *   h = (relu(n G) * (n U)) D + x;  logits = h' table^T  with h' the norm of h
 * </pre>
 */
final class TiedGraph {
  static final int WIDTH = 8;
  static final int INNER = 12;
  private static final int WORDS = 10;

  private TiedGraph() {}

  static OnnxModel model() {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(13));
    Weights weights = Weights.normal(g, new Random(9), 1);
    Value table = weights.of("table", WORDS, WIDTH);
    Value up = weights.of("up_weight", WIDTH, INNER);
    Value gate = weights.of("gate_weight", WIDTH, INNER);
    Value down = weights.of("down_weight", INNER, WIDTH);
    Value x = g.node("Gather", table, g.input("ids", ElementType.INT64, 2, 5)).value().as("x");
    Value n = norm(x, weights.of("n_gain", WIDTH)).as("n");
    Value gated = n.matMul(gate).as("gate").relu().times(n.matMul(up).as("up")).as("gated");
    Value h = gated.matMul(down).as("down").plus(x).as("h");
    Value last = norm(h, weights.of("last_gain", WIDTH)).as("last");
    return g.output("logits", last.matMul(table.op("Transpose"))).model();
  }

  private static Value norm(Value x, Value gain) {
    return x.over(x.pow(2).mean(-1).plus(1e-5).sqrt()).times(gain);
  }
}

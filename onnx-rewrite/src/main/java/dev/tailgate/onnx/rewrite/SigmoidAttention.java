package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.attention.Normaliser;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.NodeDraft;
import java.util.Optional;

/**
 * Sigmoid attention (arXiv 2409.04431), in which keys do not compete:
 *
 * <pre>
 *   p_i = sigmoid(z_i - ln n) = 1 / (1 + n exp(-z_i))
 * </pre>
 *
 * As in the paper, {@code n} is the length of the sequence: the number of keys of the run, {@code
 * S}, masked and padded ones included. At {@code z = 0} a row then sums to about 1.
 *
 * <p>Masked keys, those below {@link #MASKED}, get exactly 0, which a kernel of the sigmoid that
 * stops at some logit would not give. A row may sum to any number from 0 to {@code S}; a fully
 * masked one gives exactly 0. A score of plus infinity gives 1, a NaN is NaN, and no other key
 * hears of either.
 */
public record SigmoidAttention() implements NormaliserSpec {
  private static final Normaliser KIND = new Normaliser("sigmoid");

  @Override
  public Normaliser kind() {
    return KIND;
  }

  @Override
  public Optional<String> fault(ScoreForm form) {
    return RowNodes.fault(form);
  }

  @Override
  public NodeDraft write(Ops ops, ScoreForm form, String scores) {
    RowNodes rows = new RowNodes(ops, form);
    String z = rows.widened(scores);
    String logits = rows.op("Sub", z, rows.op("Log", rows.keys(scores)));
    NodeDraft seen = rows.node("Where", rows.masked(z), rows.number(0), rows.op("Sigmoid", logits));
    return rows.narrowed(seen, scores);
  }

  @Override
  public void normalise(double[] row, int head) {
    for (int i = 0; i < row.length; i++) {
      row[i] = row[i] < MASKED ? 0 : 1 / (1 + row.length * Math.exp(-row[i]));
    }
  }
}

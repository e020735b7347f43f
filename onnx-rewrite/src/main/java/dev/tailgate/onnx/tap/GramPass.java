package dev.tailgate.onnx.tap;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sums activations and their outer products inside the graph. For each tap {@code x [..., K]} with
 * rows {@code x_n} it appends
 *
 * <pre>
 *   x ─ Flatten [N, K] ─ 0 where row n is padding ─┬─ MatMul(x^T, x)   G = sum_n x_n^T x_n  [K, K]
 *                                                  └─ ReduceSum        s = sum_n x_n        [1, K]
 *   real rows ─ ReduceSum                                              N                    [1, 1]
 * </pre>
 *
 * <p>Padding is replaced, not multiplied by 0, so that NaN there does not spread. Everything is
 * float32 within a batch; batches are to be added up in doubles. Where nothing is known of the
 * token positions all rows count. The function of the model does not change.
 */
public final class GramPass {
  /** An instrumented model and where its sums come out. */
  public record Instrumented(OnnxModel model, List<GramOutputs> outputs) {
    /** Copies the list. */
    public Instrumented {
      outputs = List.copyOf(outputs);
    }
  }

  private final Ops ops;
  private final SliceWeights weights;
  private final boolean products;

  private GramPass(Ops ops, boolean padded, boolean products) {
    this.ops = ops;
    this.weights = new SliceWeights(ops, padded);
    this.products = products;
  }

  /**
   * Adds the sums of {@code targets}.
   *
   * @param padded whether batches may hold padding; then the model gets the input {@link
   *     SliceWeights#TOKEN_MASK}
   * @param products whether {@code G} is wanted, or the sum alone
   */
  public static Instrumented apply(
      OnnxModel model, List<TapTarget> targets, boolean padded, boolean products) {
    GraphEdit edit = model.edit();
    GramPass pass = new GramPass(new Ops(model, edit, "GramPass"), padded, products);
    List<GramOutputs> outputs = new ArrayList<>();
    targets.forEach(target -> outputs.add(pass.sums(target)));
    return new Instrumented(edit.commit(), outputs);
  }

  private GramOutputs sums(TapTarget target) {
    ops.about(target.tensor());
    String wide =
        target.type() == ElementType.FLOAT
            ? target.tensor()
            : ops.cast(target.tensor(), ElementType.FLOAT);
    String flat = ops.node("Flatten", wide).attribute("axis", target.rank() - 1L).add();
    // One element a slice, finite or not: only its shape is looked at.
    String perSlice = ops.reduce("ReduceMax", wide, -1);
    Optional<String> real =
        weights
            .of(target.tokens(), target.rank(), () -> perSlice)
            .map(w -> ops.op("Greater", ops.reshape(w, -1, 1), ops.scalar(0)));
    String x = real.map(r -> ops.op("Where", r, flat, ops.scalar(0))).orElse(flat);
    String counted =
        real.map(r -> ops.cast(r, ElementType.FLOAT))
            .orElseGet(() -> ones(ops.reshape(perSlice, -1, 1)));
    Optional<String> gram =
        products
            ? Optional.of(output(ops.op("MatMul", ops.transpose(x, 1, 0), x)))
            : Optional.empty();
    String sum = output(ops.reduce("ReduceSum", x, 0));
    return new GramOutputs(target, gram, sum, output(ops.reduce("ReduceSum", counted, 0)));
  }

  /** Ones in the shape of {@code value}. */
  private String ones(String value) {
    return ops.op("Expand", ops.scalar(1), ops.op("Shape", value));
  }

  private String output(String value) {
    ops.edit().addOutput(new ValueInfo(value, ElementType.FLOAT, Optional.empty()));
    return value;
  }
}

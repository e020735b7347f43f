package dev.tailgate.quant.deploy;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.DeadNodes;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.qdq.FakeQuant;
import dev.tailgate.quant.qdq.QdqNodes;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Makes the model that is deployed.
 *
 * <pre>
 *   x ─ MatMul(w) ─ y   into   x ─ QuantizeLinear ─ DequantizeLinear ─ MatMul ─ y
 *                                          int8 w ─ DequantizeLinear ─┘
 * </pre>
 *
 * Weights are integers in the file. ONNX Runtime turns a product of two dequantized tensors into
 * one integer kernel. Grids narrower than a type are kept inside it: weights by their values,
 * activations by a {@code Clip} in front.
 */
public final class DeployableForm {
  private final OnnxModel model;
  private final Ops ops;
  private final FakeQuant simulated;
  private final QdqNodes operators;

  private DeployableForm(OnnxModel model, Ops ops) {
    this.model = model;
    this.ops = ops;
    this.simulated = new FakeQuant(model, ops);
    this.operators = new QdqNodes(model, ops);
  }

  /**
   * Applies the pass.
   *
   * @param quantizers of weights and activations
   * @param stored the quantized weights, by the name of the weight
   */
  public static OnnxModel apply(
      OnnxModel model,
      Map<QuantPoint, Quantizer> quantizers,
      Map<String, WeightStaging.Stored> stored) {
    GraphEdit edit = model.edit();
    Ops ops = new Ops(model, edit, "DeployableForm");
    DeployableForm form = new DeployableForm(model, ops);
    quantizers.forEach(
        (point, quantizer) -> {
          ops.about(point.tensor());
          if (point instanceof QuantPoint.Weight weight) {
            form.weight(
                weight, Objects.requireNonNull(stored.get(weight.tensor()), weight.tensor()));
          } else {
            form.activation(point, quantizer);
          }
        });
    IntegerBias.apply(model, ops, quantizers);
    // A weight behind a Cast leaves the Cast and what it read behind.
    return DeadNodes.remove(model, edit.commit());
  }

  private void activation(QuantPoint point, Quantizer quantizer) {
    String rounded = activationOf(point, quantizer);
    point.uses().forEach(use -> ops.edit().redirect(use, rounded));
  }

  private String activationOf(QuantPoint point, Quantizer quantizer) {
    if (quantizer instanceof Quantizer.Fixed fixed) {
      if (!(fixed.params().layout() instanceof ScaleLayout.Whole)) {
        return simulated.arithmetic(point.tensor(), point.type(), point.rank(), fixed.params());
      }
      if (fixed.params().format().deployed(true).hasOperators()) {
        return pair(point, fixed.params());
      }
    }
    return simulated.apply(point.tensor(), point.type(), point.rank(), quantizer);
  }

  private String pair(QuantPoint point, QuantParams params) {
    ElementType type = point.type();
    String wide =
        type == ElementType.FLOAT ? point.tensor() : ops.cast(point.tensor(), ElementType.FLOAT);
    NumberFormat format = params.format();
    NumberFormat stored = format.deployed(true);
    if (!stored.equals(format)) {
      double zero = params.zeroPoint(0);
      double scale = params.scale(0);
      wide =
          ops.clip(
                  wide,
                  ElementType.FLOAT,
                  scale * (format.lowest() - zero),
                  scale * (format.highest() - zero))
              .add();
    }
    String rounded = operators.pair(wide, params.in(stored));
    return type == ElementType.FLOAT ? rounded : ops.cast(rounded, type);
  }

  private void weight(QuantPoint.Weight weight, WeightStaging.Stored stored) {
    GraphEdit edit = ops.edit();
    String codes = edit.constant(stored.codes());
    List<OnnxGraph.Use> readers = new ArrayList<>();
    for (OnnxGraph.Use use : weight.uses()) {
      if (weight.type() == ElementType.FLOAT && EmbeddingLookup.fits(use, stored.params())) {
        EmbeddingLookup.apply(ops, operators, use.node(), codes, stored.params());
      } else {
        readers.add(use);
      }
    }
    if (!readers.isEmpty()) {
      String real = operators.dequantizedWeight(codes, stored.params());
      String typed = weight.type() == ElementType.FLOAT ? real : ops.cast(real, weight.type());
      readers.forEach(use -> edit.redirect(use, typed));
    }
    boolean allReplaced = weight.uses().containsAll(model.graph().uses(weight.tensor()));
    if (allReplaced && !model.graph().isOutput(weight.tensor())) {
      model
          .graph()
          .producer(weight.tensor())
          .ifPresentOrElse(edit::remove, () -> edit.removeConstant(weight.tensor()));
    }
  }
}

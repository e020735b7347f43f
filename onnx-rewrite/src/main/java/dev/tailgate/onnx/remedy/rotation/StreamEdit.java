package dev.tailgate.onnx.remedy.rotation;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ElementTypes;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.layer.LayerEdit;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.onnx.layer.ModelMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes the rotation of streams into an edit: {@code W <- W C Q} and {@code W <- Q^T diag(g) W}.
 */
final class StreamEdit {
  private final OnnxModel model;
  private final LayerEdit layers;
  private final GraphEdit edit;
  private final Ops ops;
  private final ElementTypes types;
  private final Map<String, String> turned = new HashMap<>();

  StreamEdit(ModelMap map, LayerEdit layers) {
    this.model = map.model();
    this.layers = layers;
    this.ops = layers.ops();
    this.edit = ops.edit();
    this.types = map.types();
  }

  /** Rotates {@code stream}, whose norms are treated as given. */
  void rotate(ResidualStream stream, Map<NormReading, NormTreatment> treatments, Rotation q) {
    Consumer<double[]> write =
        stream.isCentred()
            ? row -> {
              Rows.centre(row);
              q.apply(row);
            }
            : q::apply;
    stream.entries().forEach(value -> enter(value, write, stream.width()));
    stream.constants().forEach(use -> constant(use, write, stream.width()));
    stream.norms().forEach(n -> norm(n, Objects.requireNonNull(treatments.get(n)), q));
    stream.readers().forEach(layer -> Rows.mapColumns(layers.weight(layer), q::apply));
    // Last: a layer may read and write, and a bias it gets from a shift is written as well.
    for (LinearLayer layer : stream.writers()) {
      Rows.mapRows(layers.weight(layer), write);
      write.accept(layers.bias(layer));
    }
  }

  private void enter(String value, Consumer<double[]> write, int width) {
    String product = product(value, types.of(value), write, width);
    edit.replaceUses(value, product);
    turned.put(value, product);
  }

  private String product(String value, ElementType type, Consumer<double[]> map, int width) {
    double[] matrix = Rows.matrix(width, map);
    String constant = ops.reals("rotation", type, List.of((long) width, (long) width), matrix);
    return ops.about(value).op("MatMul", value, constant);
  }

  private void constant(OnnxGraph.Use use, Consumer<double[]> write, int width) {
    String name = use.node().input(use.inputIndex());
    ConstantTensor old = model.graph().constant(name).orElseThrow();
    edit.redirect(use, edit.constant(Rows.mapped(old, width, write)));
  }

  private void norm(NormReading norm, NormTreatment treatment, Rotation q) {
    ops.about(norm.norm().output());
    if (treatment instanceof NormTreatment.Fold fold) {
      fold(norm, fold.readers(), q);
      pass(norm, normalised(norm));
    } else if (treatment instanceof NormTreatment.FoldGain fold) {
      for (LinearLayer layer : fold.readers()) {
        foldGain(norm, layer, q);
      }
      double[] offset = fold.offset().clone();
      q.apply(offset);
      String value = normalised(norm);
      String sum = ops.reals("shift", outputType(norm), List.of((long) offset.length), offset);
      pass(norm, ops.op("Add", value, sum));
    } else if (treatment instanceof NormTreatment.TurnBack) {
      String back = product(normalised(norm), outputType(norm), q::undo, q.width());
      if (norm.fused().isPresent()) {
        affine(norm, norm.fused().get(), back);
      } else if (norm.affine().first().isPresent()) {
        edit.redirect(norm.affine().first().get(), back);
      } else {
        pass(norm, back);
      }
    }
  }

  private void fold(NormReading norm, List<LinearLayer> readers, Rotation q) {
    Optional<double[]> shift = norm.affine().shift();
    for (LinearLayer layer : readers) {
      if (shift.isPresent()) {
        double[] bias = layers.bias(layer);
        for (int i = 0; i < layer.in(); i++) {
          for (int j = 0; j < layer.out(); j++) {
            bias[j] += shift.get()[i] * layers.weight(layer).at(i, j);
          }
        }
      }
      foldGain(norm, layer, q);
    }
  }

  private void foldGain(NormReading norm, LinearLayer layer, Rotation q) {
    Optional<double[]> gain = norm.affine().gain();
    Rows.mapColumns(
        layers.weight(layer),
        column -> {
          for (int i = 0; i < column.length && gain.isPresent(); i++) {
            column[i] *= gain.get()[i];
          }
          q.apply(column);
        });
  }

  private void pass(NormReading norm, String value) {
    if (!value.equals(norm.norm().output())) {
      edit.replaceUses(norm.norm().output(), value);
    }
  }

  private ElementType outputType(NormReading norm) {
    return types.of(
        norm.affine().first().isPresent() ? norm.affine().normalised() : norm.norm().output());
  }

  /** The normalised value of the rotated stream, before gain and shift. */
  private String normalised(NormReading norm) {
    boolean keeps = !norm.norm().centred() && norm.fused().isEmpty();
    return keeps ? norm.affine().normalised() : rootMeanSquare(norm);
  }

  /** {@code x / sqrt(mean(x x) + eps)} in float32 at least: squares of half precision overflow. */
  private String rootMeanSquare(NormReading norm) {
    String read = norm.read().stream().sorted().findFirst().orElseThrow();
    ElementType type = types.of(read);
    ElementType wide = type == ElementType.DOUBLE ? type : ElementType.FLOAT;
    String given = turned.getOrDefault(read, read);
    String x = type == wide ? given : ops.cast(given, wide);
    String mean = ops.reduce("ReduceMean", ops.op("Mul", x, x), -1);
    String root = ops.op("Sqrt", ops.op("Add", mean, ops.scalar(wide, norm.epsilon())));
    String result = ops.op("Div", x, root);
    return outputType(norm) == wide ? result : ops.cast(result, outputType(norm));
  }

  /** Gain and shift of a fused operator, whose result keeps its name. */
  private void affine(NormReading norm, OnnxNode node, String value) {
    edit.remove(node);
    List<String> output = List.of(norm.norm().output());
    boolean isShifted = norm.affine().shift().isPresent();
    NodeDraft scaled = ops.node("Mul", value, node.input(1));
    if (isShifted) {
      ops.node("Add", scaled.add(), node.input(2)).addAs(output);
    } else {
      scaled.addAs(output);
    }
  }
}

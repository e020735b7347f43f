package dev.tailgate.onnx.layer;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementReader;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * New weights for layers. Working copies are handed out and may be changed until the commit, which
 * writes them in the type and order of the old ones. A constant that others read too stays as it is
 * for them: the layer gets one of its own.
 */
public final class LayerEdit {
  private final OnnxModel model;
  private final GraphEdit edit;
  private final Ops ops;
  private final Map<LinearLayer, Matrix> weights = new LinkedHashMap<>();
  private final Map<LinearLayer, double[]> biases = new LinkedHashMap<>();
  private final Map<Parameter, double[]> vectors = new LinkedHashMap<>();
  private final Map<OnnxGraph.Use, String> redirected = new LinkedHashMap<>();
  private final Set<String> dropped = new HashSet<>();

  private LayerEdit(OnnxModel model, String pass) {
    this.model = model;
    this.edit = model.edit();
    this.ops = new Ops(model, edit, pass);
  }

  /** An edit of {@code model} by {@code pass}. */
  public static LayerEdit of(OnnxModel model, String pass) {
    return new LayerEdit(model, pass);
  }

  /** For nodes in the same transaction. */
  public Ops ops() {
    return ops;
  }

  /** The weights of {@code layer} as a matrix {@code [in, out]}, to be changed in place. */
  public Matrix weight(LinearLayer layer) {
    return weights.computeIfAbsent(layer, l -> read(model, l));
  }

  /** Gives {@code layer} other weights, of any number of rows. */
  public void replaceWeight(LinearLayer layer, Matrix matrix) {
    weights.put(layer, matrix);
  }

  /** The weights of {@code layer} as they are in {@code model}, {@code [in, out]}. */
  public static Matrix read(OnnxModel model, LinearLayer layer) {
    ConstantTensor constant = model.graph().constant(layer.constant()).orElseThrow();
    float[] values = floats(constant);
    boolean outFirst = layer.turned() == layer.stored();
    return outFirst
        ? new Matrix(layer.out(), layer.in(), values).transposed()
        : new Matrix(layer.in(), layer.out(), values);
  }

  private static float[] floats(ConstantTensor constant) {
    float[] values = new float[Math.toIntExact(constant.elementCount())];
    int[] next = {0};
    ElementReader.forEachChunk(
        constant,
        (chunk, count) -> {
          System.arraycopy(chunk, 0, values, next[0], count);
          next[0] += count;
        });
    return values;
  }

  /** The bias of {@code layer}, zeros where it has none, to be changed in place. */
  public double[] bias(LinearLayer layer) {
    return layer.bias().isPresent()
        ? vector(layer.bias().get())
        : biases.computeIfAbsent(layer, l -> new double[l.out()]);
  }

  /** The elements of {@code parameter}, to be changed in place. */
  public double[] vector(Parameter parameter) {
    return vectors.computeIfAbsent(
        parameter,
        p -> {
          ConstantTensor constant = model.graph().constant(p.constant()).orElseThrow();
          return constant.toDoubles(Math.toIntExact(constant.elementCount()));
        });
  }

  /** Writes all working copies and applies the edit. */
  public OnnxModel commit() {
    weights.forEach(this::write);
    vectors.forEach(this::write);
    biases.forEach(this::addBias);
    dropUnread();
    return edit.commit();
  }

  private void write(LinearLayer layer, Matrix matrix) {
    ConstantTensor old = model.graph().constant(layer.constant()).orElseThrow();
    Matrix seen = layer.turned() ? matrix.transposed() : matrix;
    double[] values = new double[seen.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = seen.values()[i];
    }
    replace(
        layer.weight(),
        ConstantTensor.ofReals(
            layer.constant(),
            old.type(),
            List.of((long) seen.rows(), (long) seen.columns()),
            values));
  }

  private void write(Parameter parameter, double[] values) {
    ConstantTensor old = model.graph().constant(parameter.constant()).orElseThrow();
    replace(
        parameter.use(),
        ConstantTensor.ofReals(parameter.constant(), old.type(), old.dims(), values));
  }

  /** Under the old name where nothing else reads it, so that who names it still finds it. */
  private void replace(OnnxGraph.Use use, ConstantTensor constant) {
    String old = use.node().input(use.inputIndex());
    boolean own =
        model.graph().initializers().containsKey(old)
            && !model.graph().isOutput(old)
            && model.graph().uses(old).equals(List.of(use));
    if (own) {
      edit.replaceConstant(old, constant);
      return;
    }
    String name = edit.constant(constant);
    edit.redirect(use, name);
    redirected.put(use, name);
  }

  /** Zeros need no node. */
  private void addBias(LinearLayer layer, double[] values) {
    if (Arrays.stream(values).allMatch(v -> v == 0)) {
      return;
    }
    ConstantTensor weight = model.graph().constant(layer.constant()).orElseThrow();
    String bias = ops.reals("bias", weight.type(), List.of((long) values.length), values);
    edit.replaceUses(layer.output(), ops.op("Add", layer.output(), bias));
  }

  /** Whether a bias can be added to {@code layer}: an output of the model keeps its value. */
  public boolean takesBias(LinearLayer layer) {
    return layer.bias().isPresent() || !model.graph().isOutput(layer.output());
  }

  /** Removes the constants and layout changes that nothing reads any more. */
  private void dropUnread() {
    Set<OnnxGraph.Use> gone = new HashSet<>(redirected.keySet());
    for (OnnxGraph.Use use : redirected.keySet()) {
      String value = use.node().input(use.inputIndex());
      Optional<OnnxNode> maker = model.graph().producer(value);
      while (maker.isPresent() && isUnread(value, gone)) {
        OnnxNode node = maker.get();
        edit.remove(node);
        if (node.inputs().isEmpty()) {
          break;
        }
        gone.add(new OnnxGraph.Use(node, 0));
        value = node.input(0);
        maker = model.graph().producer(value);
      }
      if (maker.isEmpty() && isUnread(value, gone)) {
        dropped.add(value);
      }
    }
    dropped.forEach(edit::removeConstant);
  }

  private boolean isUnread(String value, Set<OnnxGraph.Use> gone) {
    return !model.graph().isOutput(value) && gone.containsAll(model.graph().uses(value));
  }
}

package dev.tailgate.engine.gradient;

import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The graph of a case, with a scalar behind it where its outputs have weights: {@code sum_k c_k .
 * y_k} over all elements of the outputs {@code y_k}, by fixed numbers {@code c_k}.
 *
 * @param outputs what the model gives: the scalar, or the outputs where there are no weights yet
 * @param isFed whether variables are inputs; else they are initialisers
 */
record CaseModel(
    GradientCase given,
    CaseValues values,
    OnnxModel model,
    ElementType type,
    List<String> outputs,
    boolean isFed) {
  /** The scalar, [1, 1]. */
  static final String LOSS = "check/loss";

  private static final String OWN = "check/";

  /** The graph with variables as inputs, declared as far as {@code knowledge} goes. */
  static CaseModel of(
      GradientCase given, CaseValues values, ElementType type, Knowledge knowledge) {
    GraphBuilder graph = GraphBuilder.on(OnnxModel.blank(given.opset()));
    Map<String, Value> inputs = new LinkedHashMap<>();
    given
        .shapes()
        .forEach(
            (name, shape) ->
                inputs.put(name, graph.input(new ValueInfo(name, type, knowledge.of(shape)))));
    return finish(given, values, type, graph, inputs, knowledge, true);
  }

  /** The graph with variables as initialisers. */
  static CaseModel ofConstants(GradientCase given, CaseValues values, ElementType type) {
    GraphBuilder graph = GraphBuilder.on(OnnxModel.blank(given.opset()));
    Map<String, Value> inputs = new LinkedHashMap<>();
    given
        .shapes()
        .forEach(
            (name, shape) ->
                inputs.put(
                    name,
                    graph.constant(
                        ConstantTensor.ofReals(
                            name,
                            type,
                            Arrays.stream(shape).boxed().toList(),
                            values.variables().get(name)))));
    return finish(given, values, type, graph, inputs, Knowledge.SIZES, false);
  }

  private static CaseModel finish(
      GradientCase given,
      CaseValues values,
      ElementType type,
      GraphBuilder graph,
      Map<String, Value> inputs,
      Knowledge knowledge,
      boolean isFed) {
    values
        .data()
        .forEach(
            (name, tensor) ->
                inputs.put(
                    name,
                    graph.input(new ValueInfo(name, tensor.type(), knowledge.of(tensor.shape())))));
    List<Value> results = given.outputs(graph, type, inputs);
    List<String> names = new ArrayList<>();
    if (values.weights().isEmpty()) {
      for (int i = 0; i < results.size(); i++) {
        names.add(OWN + "y" + i);
        graph.output(names.get(i), results.get(i).of(type));
      }
    } else {
      names.add(LOSS);
      graph.output(LOSS, weighed(graph, results, values.weights(), type));
    }
    return new CaseModel(given, values, graph.model(), type, names, isFed);
  }

  private static Value weighed(
      GraphBuilder graph, List<Value> results, List<double[]> weights, ElementType type) {
    List<Value> sums = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      double[] numbers = weights.get(i);
      ConstantTensor column =
          ConstantTensor.ofReals(OWN + "c" + i, type, List.of((long) numbers.length, 1L), numbers);
      Value flat = results.get(i).of(type).reshape(1, numbers.length).as(OWN + "flat" + i);
      Value term = flat.matMul(graph.constant(column)).as(OWN + "term" + i);
      sums.add(i == 0 ? term : sums.get(i - 1).plus(term).as(OWN + "sum" + i));
    }
    // Named last: the name of a term is in use until then.
    return sums.get(sums.size() - 1).as(LOSS);
  }

  /**
   * What is told of shapes: all of the scalar's own values, of others what {@code knowledge} is.
   */
  Map<String, List<Dim>> known(Knowledge knowledge, Map<String, long[]> shapes) {
    Map<String, List<Dim>> known = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) ->
            (name.startsWith(OWN) ? Knowledge.SIZES : knowledge)
                .of(shape)
                .filter(dims -> isFed || !given.shapes().containsKey(name))
                .ifPresent(dims -> known.put(name, dims)));
    return known;
  }

  /** The tensors of all inputs. */
  Map<String, Tensor> feeds() {
    return feeds(values.variables());
  }

  /** The tensors of all inputs, with these variables. */
  Map<String, Tensor> feeds(Map<String, double[]> variables) {
    Map<String, Tensor> feeds = new LinkedHashMap<>(values.data());
    if (isFed) {
      given.shapes().forEach((name, shape) -> feeds.put(name, tensor(variables.get(name), shape)));
    }
    return feeds;
  }

  private Tensor tensor(double[] numbers, long[] shape) {
    Tensor tensor = Tensor.allocate(type, shape);
    Elements.Writer writer = Elements.writer(tensor);
    for (int i = 0; i < numbers.length; i++) {
      writer.put(i, numbers[i]);
    }
    return tensor;
  }
}

package dev.tailgate.data;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A model of which only the signature matters: data is matched with it, nothing is run. */
public final class SignatureModel {
  private final GraphBuilder graph = GraphBuilder.on(OnnxModel.blank(17));
  private final List<Value> inputs = new ArrayList<>();

  /** An input; dimensions are numbers, or names of open ones. */
  public SignatureModel input(String name, ElementType type, Object... dims) {
    inputs.add(graph.input(value(name, type, dims)));
    return this;
  }

  /** An output of that type. */
  public SignatureModel output(String name, ElementType type, Object... dims) {
    graph.output(value(name, type, dims), inputs.get(0));
    return this;
  }

  /** A float32 output. */
  public SignatureModel output(String name, Object... dims) {
    return output(name, ElementType.FLOAT, dims);
  }

  /** The model. */
  public OnnxModel load() {
    return graph.model();
  }

  private static ValueInfo value(String name, ElementType type, Object... dims) {
    List<Dim> shape =
        Arrays.stream(dims)
            .map(dim -> dim instanceof Integer size ? Dim.of(size) : Dim.of(String.valueOf(dim)))
            .toList();
    return new ValueInfo(name, type, Optional.of(shape));
  }
}

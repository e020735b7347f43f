package dev.tailgate.onnx.kit;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where test models begin and end. */
public final class Models {
  /** Operators of ONNX Runtime that are not ONNX's. */
  public static final String MICROSOFT = "com.microsoft";

  private Models() {}

  /** A graph to build, with the operators of ONNX Runtime beside those of {@code opset}. */
  public static GraphBuilder opset(long opset) {
    return GraphBuilder.on(OnnxModel.blank(opset, Map.of(MICROSOFT, 1L)));
  }

  /** A float32 input; a negative size {@code -n} is the open one {@code n<n>}. */
  public static Value floats(GraphBuilder graph, String name, long... dims) {
    return graph.input(new ValueInfo(name, ElementType.FLOAT, Optional.of(open(dims))));
  }

  /** An int64 input, sizes as in {@link #floats}. */
  public static Value ids(GraphBuilder graph, String name, long... dims) {
    return graph.input(new ValueInfo(name, ElementType.INT64, Optional.of(open(dims))));
  }

  private static List<Dim> open(long... dims) {
    return Arrays.stream(dims).mapToObj(dim -> dim < 0 ? Dim.of("n" + -dim) : Dim.of(dim)).toList();
  }

  /** A model of one {@code Identity} from {@code x} to {@code y}, of float32 and any shape. */
  public static OnnxModel identity(long opset) {
    GraphBuilder graph = opset(opset);
    Value x = graph.input(new ValueInfo("x", ElementType.FLOAT, Optional.empty()));
    return graph.output("y", x).model();
  }

  /** The model of these outputs, each under its own name. */
  public static OnnxModel of(GraphBuilder graph, Value... outputs) {
    for (Value output : outputs) {
      graph.output(output.name(), output);
    }
    return graph.model();
  }

  /** The model as it is when it was written and read again. */
  public static OnnxModel saved(OnnxModel model, Path folder) {
    try {
      Path file = Files.createTempFile(folder, "model", ".onnx");
      model.save(file);
      return OnnxModel.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

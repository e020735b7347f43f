package dev.tailgate.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.KnownShapes;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InferredShapesTest {
  private final GraphBuilder graph = GraphBuilder.on(OnnxModel.blank(18));
  private final Value x = graph.input("x", ElementType.FLOAT, Dim.of("n"), Dim.of("t"), Dim.of(4));

  private KnownShapes inferred() {
    return InferredShapes.of(graph.model(), RunnerOptions.DEFAULT);
  }

  private Value matrix(long rows, long columns) {
    return graph.constant(
        ConstantTensor.ofFloats(
            "w", List.of(rows, columns), new float[Math.toIntExact(rows * columns)]));
  }

  @Test
  void symbolsOfInputsReachWhatIsComputedFromThem() {
    Value y = x.matMul(matrix(4, 6));
    graph.output("sum", y.plus(1)).output("turned", y.transpose(1, 0, 2));
    KnownShapes shapes = inferred();
    assertThat(shapes.of(y.name())).contains(List.of(Dim.of("n"), Dim.of("t"), Dim.of(6)));
    assertThat(shapes.of("turned")).contains(List.of(Dim.of("t"), Dim.of("n"), Dim.of(6)));
    assertThat(shapes.areEqual(y.name(), "sum")).isTrue();
    assertThat(shapes.areEqual(y.name(), "turned")).isFalse();
  }

  @Test
  void aScalarIsToldFromAValueOfWhichNothingIsKnown() {
    Value sum = graph.node("ReduceSum", x).with("keepdims", 0).value();
    Value sizes = graph.input("sizes", ElementType.INT64, Dim.of("rank"));
    graph.output("sum", sum).output("open", graph.node("Expand", sum, sizes).value());
    KnownShapes shapes = inferred();
    assertThat(shapes.of("sum")).contains(List.of());
    assertThat(shapes.of("open")).isEmpty();
  }

  @Test
  void bytesAreThoseOfTheSizesGiven() {
    graph.output("y", x.plus(1));
    Tensor given = Tensor.ofFloats(new float[24], 2, 3, 4);
    Map<String, Optional<Double>> bytes =
        InferredShapes.bytes(graph.model(), Map.of("x", given), RunnerOptions.DEFAULT);
    assertThat(bytes).containsEntry("y", Optional.of(96.0));
  }

  @Test
  void nothingIsKnownOfAModelThatTheRuntimeRefuses() {
    graph.output("y", graph.node("MatMul", x, matrix(5, 5)).value());
    assertThat(inferred().of("y")).isEmpty();
  }

  @Test
  void shapesThatAreComputedInTheGraphAreFollowed() {
    Value heads = x.op("Reshape", graph.concat(0, x.extent(0), x.extent(1), graph.longs(2, 2)));
    graph.output("heads", heads).output("flat", x.reshape(-1, 4)).output("again", x.reshape(-1, 4));
    KnownShapes shapes = inferred();
    assertThat(shapes.of("heads"))
        .contains(List.of(Dim.of("n"), Dim.of("t"), Dim.of(2), Dim.of(2)));
    assertThat(shapes.areEqual("flat", "again")).isTrue();
    assertThat(shapes.areEqual("flat", "heads")).isFalse();
  }

  @Test
  void oneSymbolForTwoAxesIsTakenForTwo() {
    Value ids = graph.input("ids", ElementType.FLOAT, Dim.of("batch"), Dim.of("batch"));
    Value turned = ids.transpose(1, 0);
    graph.output("turned", turned).output("square", turned.matMul(ids));
    KnownShapes shapes = inferred();
    assertThat(shapes.areEqual("ids", "turned")).isFalse();
    assertThat(shapes.of("turned")).contains(List.of(Dim.of("batch@1"), Dim.of("batch")));
  }
}

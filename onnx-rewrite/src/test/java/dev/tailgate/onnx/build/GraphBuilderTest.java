package dev.tailgate.onnx.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a built model says, and what is refused; what it computes is tested where it can run. */
class GraphBuilderTest {
  private final GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
  private final Value x = g.input("x", ElementType.FLOAT, Dim.of("batch"), Dim.of(4));

  @ParameterizedTest
  @CsvSource({"1, 4", "9, 4", "10, 5", "13, 7", "17, 8", "20, 9", "22, 10", "23, 11", "26, 13"})
  void theFileFormatFitsTheOpset(long opset, long irVersion) {
    OnnxModel model = OnnxModel.blank(opset, Map.of("com.microsoft", 1L));
    assertThat(model.irVersion()).isEqualTo(irVersion);
    assertThat(model.opsets()).isEqualTo(Map.of("", opset, "com.microsoft", 1L));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 29})
  void anUnknownOpsetIsRefused(long opset) {
    assertThatThrownBy(() -> OnnxModel.blank(opset))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("found opset " + opset);
  }

  @Test
  void whatIsBuiltIsReadBack(@TempDir Path folder) {
    Value w = g.constant(ConstantTensor.ofFloats("w", List.of(4L, 1L), 1, 2, 3, 4));
    Value hidden = x.matMul(w).as("hidden");
    g.metadata("made", "by hand");
    OnnxModel built =
        g.output("y", hidden.plus(1))
            .output(new ValueInfo("h", ElementType.FLOAT, Optional.of(Dim.sizes(2, 1))), hidden)
            .model();
    Path file = folder.resolve("built.onnx");
    built.save(file);
    OnnxModel read = OnnxModel.load(file);
    assertThat(read.graph().inputs()).hasToString("[x:float[batch,4]]");
    assertThat(read.graph().outputs()).hasToString("[y:float[*], h:float[2,1]]");
    assertThat(read.graph().nodes())
        .extracting(n -> n.opType() + " " + n.inputs() + n.outputs())
        .containsExactly(
            "MatMul [x, w][hidden]", "Add [hidden, scalar][y]", "Identity [hidden][h]");
    assertThat(read.graph().nodes()).extracting(n -> n.name()).contains("hidden", "y");
    assertThat(read.metadata()).isEqualTo(Map.of("made", "by hand"));
    assertThat(read.graph().initializers().get("w").toDoubles(9)).containsExactly(1, 2, 3, 4);
  }

  @Test
  void aModelThatHasAGraphIsExtended() {
    OnnxModel first = g.output("y", x.relu()).model();
    GraphBuilder more = GraphBuilder.on(first);
    OnnxModel second = more.output("z", more.value("y").times(2)).model();
    assertThat(second.graph().outputNames()).containsExactly("y", "z");
    assertThat(second.graph().nodes()).hasSize(2);
  }

  @Test
  void equalNumbersAreOneConstant() {
    OnnxModel model = g.output("y", x.plus(1).times(1).reshape(0, -1).reshape(0, -1)).model();
    assertThat(model.graph().initializers()).hasSize(2);
  }

  @Test
  void typesFollowTheOperators() {
    assertThat(x.shape().type()).isEqualTo(ElementType.INT64);
    assertThat(x.cast(ElementType.FLOAT16).plus(1).type()).isEqualTo(ElementType.FLOAT16);
    Value isSmall = x.op("Less", g.scalar(ElementType.FLOAT, 3));
    assertThat(isSmall.type()).isEqualTo(ElementType.BOOL);
    assertThat(isSmall.where(x, x).type()).isEqualTo(ElementType.FLOAT);
    assertThat(g.node("TopK", x, g.longs(2)).values(2))
        .extracting(Value::type)
        .containsExactly(ElementType.FLOAT, ElementType.INT64);
    assertThat(g.choose(isSmall, () -> List.of(x.shape()), () -> List.of(x.shape())).get(0).type())
        .isEqualTo(ElementType.INT64);
  }

  @Test
  void aFunctionRaisesTheFileFormatOfAnOldOpset() {
    GraphBuilder old = GraphBuilder.on(OnnxModel.blank(13));
    old.function("local", "Twice", List.of("v"), v -> List.of(v.get(0).plus(v.get(0))));
    Value y = old.node("Twice", old.input("x", ElementType.FLOAT)).from("local").value();
    OnnxModel model = old.output("y", y).model();
    assertThat(model.irVersion()).isEqualTo(8);
    assertThat(model.functions()).hasSize(1);
    assertThat(model.opsets()).isEqualTo(Map.of("", 13L, "local", 1L));
  }

  @Test
  void namesAreGivenOnce() {
    Value hidden = x.relu().as("hidden");
    refused(() -> x.relu().as("hidden"), "expected a name that is free, found 'hidden'");
    refused(() -> x.relu().as("x"), "found 'x'");
    refused(() -> g.constant(ConstantTensor.ofLongs("hidden", List.of(), 1)), "found 'hidden'");
    assertThatThrownBy(() -> x.as("z")).hasMessage("No node added here makes x");
    assertThat(hidden.name()).isEqualTo("hidden");
  }

  @Test
  void typesThatDifferAreRefusedAtOnce() {
    Value ids = g.input("ids", ElementType.INT64, 2, 2);
    assertThatThrownBy(() -> x.plus(ids)).hasMessage("Building Add: x is float and ids is int64");
    Value called = g.node("Unknown", g.none()).from("local").value();
    assertThatThrownBy(() -> called.plus(1)).hasMessageContaining("is not known");
    assertThat(called.of(ElementType.FLOAT).plus(1).type()).isEqualTo(ElementType.FLOAT);
  }

  @Test
  void aValueOfAnotherGraphIsRefused() {
    Value foreign = GraphBuilder.on(OnnxModel.blank(17)).input("z", ElementType.FLOAT);
    assertThatThrownBy(() -> x.plus(foreign))
        .hasMessage("Building Add: z is a value of another graph");
  }

  @Test
  void whatABodyMakesStaysInside() {
    Value condition = g.input("c", ElementType.BOOL);
    Value[] leaked = new Value[1];
    g.choose(
        condition,
        () -> {
          leaked[0] = x.plus(1).as("inner");
          return List.of(leaked[0]);
        },
        () -> List.of(x));
    g.output("y", leaked[0].relu());
    refused(g::model, "seen in that graph alone");
  }

  @Test
  void aFunctionSeesNothingOutside() {
    g.function("local", "Shift", List.of("v"), v -> List.of(v.get(0).plus(x)));
    g.output("y", g.node("Shift", x).from("local").value());
    refused(g::model, "function Shift");
  }

  @Test
  void whatTheModelDoesNotKnowIsRefused() {
    g.output("y", x.op("Gelu"));
    refused(g::model, "expected an operator of opset 17, found Gelu");
    GraphBuilder other = GraphBuilder.on(OnnxModel.blank(17));
    Value z = other.input("z", ElementType.FLOAT);
    other.output("y", other.node("FastGelu", z).from("com.microsoft").value());
    refused(other::model, "expected an opset import for domain 'com.microsoft'");
    assertThat(other.domain("com.microsoft", 1).model().graph().nodes()).hasSize(1);
  }

  @Test
  void operatorsInsideBodiesAreLookedAtToo() {
    Value condition = g.input("c", ElementType.BOOL);
    g.choose(condition, () -> List.of(x.op("Gelu")), () -> List.of(x));
    g.output("y", x.relu());
    refused(g::model, "found Gelu");
  }

  @Test
  void aModelWithoutOutputIsRefused() {
    x.relu();
    refused(g::model, "expected an output");
  }

  @Test
  void aSecondInputOfOneNameIsRefused() {
    g.input("x", ElementType.INT64);
    g.output("y", x.relu());
    refused(g::model, "a second definition of 'x'");
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> g.input("z", ElementType.UNDEFINED)).hasMessageContaining("a type");
    assertThatThrownBy(() -> g.input("z", ElementType.FLOAT, -1)).hasMessage("A dimension of -1");
    assertThatThrownBy(() -> g.node("Softmax", x).with("axis", 1).with("axis", 0))
        .hasMessage("Building Softmax: the attribute axis is given twice");
    assertThatThrownBy(() -> ConstantTensor.ofIntegers("w", ElementType.UINT8, List.of(1L), 256))
        .hasMessage("Building constant w: 256 is no uint8");
    assertThatThrownBy(() -> ConstantTensor.ofIntegers("w", ElementType.FLOAT, List.of(), 0))
        .hasMessage("Building constant w: 0 is no float");
    assertThatThrownBy(() -> ConstantTensor.ofStrings("w", List.of(2L), "one"))
        .hasMessageContaining("needs 2 texts, found 1");
    assertThatThrownBy(() -> ConstantTensor.ofFloats("w", List.of(2L), 1))
        .hasMessageContaining("needs 8 bytes, found 4");
    Value condition = g.input("c", ElementType.BOOL);
    assertThatThrownBy(() -> g.choose(condition, () -> List.of(x), List::of))
        .hasMessage("The branches give 1 and 0 values");
  }

  private static void refused(ThrowingCallable building, String reason) {
    assertThatThrownBy(building).isInstanceOf(ModelException.class).hasMessageContaining(reason);
  }
}

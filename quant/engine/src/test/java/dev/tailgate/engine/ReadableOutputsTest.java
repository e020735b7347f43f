package dev.tailgate.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.input.PrimaryOutput;
import dev.tailgate.engine.input.ReadableOutputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadableOutputsTest {
  private static ValueInfo of(String name, ElementType type, ValueInfo.Kind kind) {
    return new ValueInfo(name, type, Optional.empty(), kind);
  }

  @Test
  void sequencesAndTextsAreLeftOutAndNamed() {
    OnnxModel model = model();
    ReadableOutputs outputs = ReadableOutputs.of(model.graph());
    assertThat(outputs.names()).containsExactly("numbers");
    assertThat(outputs.leftOut()).extracting(ValueInfo::name).containsExactly("words");
    assertThat(outputs.note().orElseThrow()).contains("output words (string)");
    assertThat(PrimaryOutput.orFirst(model.graph())).isEqualTo("numbers");
  }

  private static OnnxModel model() {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
    Value x = g.input("x", ElementType.INT64, 2, 3);
    Value words = g.node("Cast", x).with("to", ElementType.STRING).value();
    return g.output("words", words).output("numbers", x.plus(x)).model();
  }

  @Test
  void aModelOfNothingButTextIsRefused() {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
    Value x = g.input("x", ElementType.INT64, 2, 3);
    OnnxModel model =
        g.output("words", g.node("Cast", x).with("to", ElementType.STRING).value()).model();
    assertThatThrownBy(() -> ReadableOutputs.of(model.graph()))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("at least one that is a tensor of numbers", "words (string)");
  }

  @Test
  void kindsHaveNames() {
    assertThat(of("s", ElementType.UNDEFINED, ValueInfo.Kind.SEQUENCE).typeLabel())
        .isEqualTo("sequence");
    assertThat(of("t", ElementType.FLOAT, ValueInfo.Kind.TENSOR).typeLabel()).isEqualTo("float");
    assertThat(of("p", ElementType.UNDEFINED, ValueInfo.Kind.SPARSE_TENSOR).typeLabel())
        .isEqualTo("sparse tensor");
    assertThat(List.of(ValueInfo.Kind.values())).hasSize(5);
  }

  @Test
  void textAsAnInputIsRefusedByName() {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
    Value x = g.input("text", ElementType.STRING, 2);
    OnnxModel model = g.output("y", g.node("Identity", x).value()).model();
    assertThatThrownBy(() -> ModelInputs.of(model.graph(), 1, 8))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("text", "a tensor of numbers", "string");
  }
}

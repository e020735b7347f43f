package dev.tailgate.onnx.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.FunctionProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.OperatorSetIdProto;
import dev.tailgate.onnx.proto.TensorProto;
import dev.tailgate.onnx.proto.TensorShapeProto;
import dev.tailgate.onnx.proto.TypeProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NestedGraphsTest {
  @TempDir private Path folder;

  private static NodeProto.Builder node(String op, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(op)
        .setName(output)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }

  private static AttributeProto graph(String name, GraphProto.Builder body) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(body)
        .build();
  }

  private static ValueInfoProto value(String name, int type) {
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder()
            .setElemType(type)
            .setShape(
                TensorShapeProto.newBuilder().addDim(TensorShapeProto.Dimension.newBuilder()));
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static TensorProto scalar(String name, float number) {
    return TensorProto.newBuilder().setName(name).setDataType(1).addFloatData(number).build();
  }

  /** An If in whose branch stands another; both read from outside; beside them a function. */
  private OnnxModel model() throws IOException {
    GraphProto.Builder inner =
        GraphProto.newBuilder()
            .setName("inner")
            .addNode(node("Mul", "deep", "x", "weight"))
            .addOutput(ValueInfoProto.newBuilder().setName("deep"));
    GraphProto.Builder other =
        GraphProto.newBuilder()
            .setName("other")
            .addNode(node("Neg", "negative", "x"))
            .addOutput(ValueInfoProto.newBuilder().setName("negative"));
    GraphProto.Builder branch =
        GraphProto.newBuilder()
            .setName("branch")
            .addInitializer(scalar("own", 3))
            .addNode(node("Add", "sum", "x", "own"))
            .addNode(
                node("If", "chosen", "flag")
                    .addAttribute(graph("then_branch", inner))
                    .addAttribute(graph("else_branch", other)))
            .addNode(node("Add", "both", "sum", "chosen"))
            .addOutput(ValueInfoProto.newBuilder().setName("both"));
    GraphProto.Builder main =
        GraphProto.newBuilder()
            .setName("main")
            .addInput(value("x", 1))
            .addInput(value("flag", 9))
            .addInitializer(scalar("weight", 2))
            .addNode(
                node("If", "picked", "flag")
                    .addAttribute(graph("then_branch", branch))
                    .addAttribute(graph("else_branch", other)))
            .addNode(node("Twice", "out", "picked").setDomain("local"))
            .addOutput(value("out", 1));
    FunctionProto.Builder function =
        FunctionProto.newBuilder()
            .setName("Twice")
            .setDomain("local")
            .addInput("a")
            .addOutput("b")
            .addNode(node("Add", "b", "a", "a"))
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(15));
    Path file = folder.resolve("nested.onnx");
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("local").setVersion(1))
            .setGraph(main)
            .addFunctions(function)
            .build();
    Files.write(file, model.toByteArray());
    return OnnxModel.load(file);
  }

  private static NestedGraph find(OnnxModel model, String label) {
    return NestedGraphs.of(model).stream()
        .filter(graph -> graph.label().equals(label))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void innerGraphsComeBeforeTheGraphsAroundThem() throws IOException {
    assertThat(NestedGraphs.of(model()))
        .extracting(NestedGraph::label)
        .containsExactly(
            "then_branch of If chosen",
            "else_branch of If chosen",
            "then_branch of If picked",
            "else_branch of If picked",
            "function Twice");
  }

  @Test
  void whatIsCapturedIsAnInputAndCapturedConstantsStayConstant() throws IOException {
    OnnxModel view = find(model(), "then_branch of If picked").view();
    assertThat(view.graph().inputs())
        .extracting(ValueInfo::name)
        .containsExactlyInAnyOrder("x", "flag");
    assertThat(view.graph().initializers()).containsOnlyKeys("own", "weight");
    OnnxModel deep = find(model(), "then_branch of If chosen").view();
    assertThat(deep.graph().inputs()).extracting(ValueInfo::name).containsExactly("x");
    assertThat(deep.graph().initializers()).containsOnlyKeys("weight");
  }

  @Test
  void functionsComeWithTheOperatorSetsTheyImport() throws IOException {
    assertThat(find(model(), "function Twice").view().opset()).isEqualTo(15);
  }

  @Test
  void editsInTheDepthGoBackToTheirPlaceAndNowhereElse() throws IOException {
    OnnxModel model = model();
    NestedGraph deep = find(model, "then_branch of If chosen");
    GraphEdit edit = deep.view().edit();
    OnnxNode product = deep.view().graph().producer("deep").orElseThrow();
    edit.remove(product);
    String two = edit.constant(ConstantTensor.ofFloats("sum", List.of(), 5));
    assertThat(two).as("a name used elsewhere in the model").isNotEqualTo("sum");
    edit.node("Div", "quotient").in("x", two).addAs(List.of("deep"));
    OnnxModel changed = NestedGraphs.replace(model, deep.place(), edit.commit());
    assertThat(find(changed, "then_branch of If chosen").view().graph().nodes())
        .extracting(OnnxNode::opType)
        .containsExactly("Div");
    assertThat(find(changed, "then_branch of If chosen").view().graph().initializers())
        .containsOnlyKeys(two);
    assertThat(find(changed, "then_branch of If picked").view().graph().nodes())
        .extracting(OnnxNode::opType)
        .containsExactly("Add", "If", "Add");
    assertThat(changed.graph().inputs()).isEqualTo(model.graph().inputs());
    Path saved = folder.resolve("changed.onnx");
    changed.save(saved);
    assertThat(NestedGraphs.of(OnnxModel.load(saved))).hasSize(5);
  }

  @Test
  void constantsOfAFunctionBecomeNodes() throws IOException {
    OnnxModel model = model();
    NestedGraph function = find(model, "function Twice");
    GraphEdit edit = function.view().edit();
    edit.remove(function.view().graph().producer("b").orElseThrow());
    String number = edit.constant(ConstantTensor.ofFloats("number", List.of(), 2));
    edit.node("Mul", "b").in("a", number).addAs(List.of("b"));
    OnnxModel changed = NestedGraphs.replace(model, function.place(), edit.commit());
    assertThat(changed.functions().get(0).body().nodes())
        .extracting(OnnxNode::opType)
        .containsExactly("Constant", "Mul");
  }

  @Test
  void aDamagedArchiveIsRefused() throws IOException {
    OnnxModel model = model();
    assertThatThrownBy(() -> model.edit().restore("no archive"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("metadata that was changed since");
    String archive = NodeArchive.write(model.graph().nodes());
    assertThat(NodeArchive.read(archive)).hasSize(2);
    assertThat(NodeArchive.mentions(archive, "tailgate.group")).isFalse();
  }
}

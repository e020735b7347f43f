package dev.tailgate.onnx.ir;

import static dev.tailgate.onnx.ir.Fixtures.floats;
import static dev.tailgate.onnx.ir.Fixtures.graph;
import static dev.tailgate.onnx.ir.Fixtures.node;
import static dev.tailgate.onnx.ir.Fixtures.value;
import static dev.tailgate.onnx.ir.Fixtures.withGraph;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.NodeProto;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphEditTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  private OnnxModel chain() {
    return Fixtures.load(
        folder,
        graph(
            List.of(
                node("Relu", "x", "a"),
                node("Neg", "a", "b"),
                node("Add", List.of("b", "w"), List.of("y"))),
            floats("w", 1, 1)));
  }

  private static OnnxNode at(OnnxModel model, String value) {
    return model.graph().producer(value).orElseThrow();
  }

  @Test
  void insertsANodeBetweenTwoAndPutsItInOrder() {
    OnnxModel model = chain();
    GraphEdit edit = model.edit();
    String abs = edit.node("Abs", "a_abs").in("a").madeBy("test", "a").add();
    edit.redirect(model.graph().uses("a").get(0), abs);
    OnnxModel edited = edit.commit();
    assertThat(edited.graph().nodes())
        .extracting(OnnxNode::opType)
        .containsExactly("Relu", "Abs", "Neg", "Add");
    assertThat(at(edited, "a_abs").metadata()).containsEntry("tailgate.pass", "test");
  }

  @Test
  void aReplacementNodeMayTakeOverTheNamesOfTheOneRemoved() {
    OnnxModel model = chain();
    GraphEdit edit = model.edit();
    edit.remove(at(model, "y"));
    edit.node("Sub", "y").in("b", "w").addAs(List.of("y"));
    OnnxModel edited = edit.commit();
    assertThat(at(edited, "y").opType()).isEqualTo("Sub");
    assertThat(edited.graph().outputs()).isEqualTo(model.graph().outputs());
  }

  @Test
  void removingANodeThatIsStillUsedIsRefused() {
    OnnxModel model = chain();
    GraphEdit edit = model.edit().remove(at(model, "b"));
    assertThatThrownBy(edit::commit)
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("makes 'b'")
        .hasMessageContaining("Add_y");
  }

  @Test
  void aCycleIsRefusedWithItsPlace() {
    OnnxModel model = chain();
    GraphEdit edit = model.edit().redirect(model.graph().uses("x").get(0), "b");
    assertThatThrownBy(edit::commit)
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("expected no cycles, found a cycle through value");
  }

  @Test
  void twoDefinitionsOfAValueAreRefused() {
    GraphEdit edit = chain().edit();
    edit.node("Abs", "a").in("x").addAs(List.of("w"));
    assertThatThrownBy(edit::commit).hasMessageContaining("second definition of 'w'");
    GraphEdit input = chain().edit();
    input.addInput(new ValueInfo("a", ElementType.FLOAT, Optional.empty()));
    assertThatThrownBy(input::commit).hasMessageContaining("second definition of 'a'");
  }

  @Test
  void anOperatorNewerThanTheOpsetIsRefused() {
    GraphEdit edit = chain().edit();
    edit.node("Gelu", "g").in("a").add();
    assertThatThrownBy(edit::commit)
        .hasMessageContaining("expected an operator of opset 17, found Gelu");
    GraphEdit foreign = chain().edit();
    foreign.node("FusedMatMul", "g").domain("com.microsoft").in("a", "a").add();
    assertThatThrownBy(foreign::commit).hasMessageContaining("opset import");
    foreign.importDomain("com.microsoft", 1);
    assertThat(foreign.commit().opsets()).containsEntry("com.microsoft", 1L);
  }

  @Test
  void theStandardDomainMayBeSpelledInTwoWays() {
    OnnxModel model = chain().edit().importDomain("ai.onnx", 20).commit();
    assertThat(model.opset()).isEqualTo(17);
  }

  @Test
  void addingAnOutputTwiceOrOneThatExistsChangesNothingMore() {
    GraphEdit edit = chain().edit();
    ValueInfo a = new ValueInfo("a", ElementType.UNDEFINED, Optional.empty());
    edit.addOutput(a).addOutput(a);
    edit.addOutput(new ValueInfo("y", ElementType.FLOAT, Optional.empty()));
    assertThat(edit.commit().graph().outputs())
        .extracting(ValueInfo::name)
        .containsExactly("y", "a");
  }

  @Test
  void aDanglingOutputIsRefused() {
    GraphEdit edit = chain().edit();
    edit.addOutput(new ValueInfo("ghost", ElementType.FLOAT, Optional.empty()));
    assertThatThrownBy(edit::commit).hasMessageContaining("'ghost'");
  }

  @Test
  void nodesOfAnotherSnapshotAreRefused() {
    OnnxModel model = chain();
    OnnxModel edited = model.edit().metadata("k", "v").commit();
    assertThatThrownBy(() -> edited.edit().remove(at(model, "b")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void constantsAreReplacedAndRemoved() {
    OnnxModel model = chain();
    OnnxModel two =
        model.edit().replaceConstant("w", ConstantTensor.ofFloats("", List.of(1L), 2f)).commit();
    assertThat(two.graph().constant("w").orElseThrow().toDoubles(1)).containsExactly(2);
    GraphEdit edit = model.edit().removeConstant("w");
    assertThatThrownBy(edit::commit).hasMessageContaining("makes 'w'");
    edit.redirect(model.graph().uses("w").get(0), "b");
    assertThat(edit.commit().graph().initializers()).isEmpty();
    assertThatThrownBy(() -> edit.removeConstant("w")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void freshNamesAvoidEveryNameOfTheModel() {
    GraphProto branch =
        GraphProto.newBuilder()
            .addNode(node("Neg", "x", "hidden"))
            .addOutput(value("hidden"))
            .build();
    GraphProto graph =
        graph(
                List.of(
                    withGraph(
                        withGraph(node("If", "x", "y"), "then_branch", branch),
                        "else_branch",
                        branch)))
            .toBuilder()
            .addValueInfo(value("stale"))
            .build();
    GraphEdit edit = Fixtures.load(folder, graph).edit();
    assertThat(edit.fresh("hidden")).isEqualTo("hidden_1");
    assertThat(edit.fresh("stale")).isEqualTo("stale_1");
    assertThat(edit.fresh("stale")).isEqualTo("stale_2");
    assertThat(edit.fresh("")).isEqualTo("value");
    assertThat(edit.constant(ConstantTensor.ofFloats("y", List.of(), 1f))).isEqualTo("y_1");
  }

  private static GraphProto branch(NodeProto... nodes) {
    return GraphProto.newBuilder()
        .setName("branch")
        .addAllNode(List.of(nodes))
        .addOutput(value(nodes[nodes.length - 1].getOutput(0)))
        .build();
  }

  private OnnxModel conditional(GraphProto then, GraphProto otherwise) {
    NodeProto choice = withGraph(node("If", "x", "y"), "then_branch", then);
    return Fixtures.load(
        folder,
        graph(List.of(node("Relu", "x", "a"), withGraph(choice, "else_branch", otherwise))));
  }

  @Test
  void replaceUsesRenamesCapturesAtAnyDepthButNotShadowedNames() {
    GraphProto inner = branch(node("Neg", "a", "deep"));
    GraphProto nested =
        branch(withGraph(withGraph(node("If", "x", "n"), "then_branch", inner), "e", inner));
    GraphProto shadow = branch(node("Neg", "x", "a"), node("Abs", "a", "s"));
    OnnxModel model = conditional(nested, shadow);
    GraphEdit edit = model.edit();
    edit.replaceUses("a", edit.node("Abs", "a_abs").in("a").add());
    OnnxNode choice = at(edit.commit(), "y");
    OnnxGraph then = choice.subgraphs().get(0);
    OnnxGraph deep = then.nodes().get(0).subgraphs().get(0);
    assertThat(deep.nodes().get(0).inputs()).containsExactly("a_abs");
    assertThat(choice.subgraphs().get(1).nodes().get(1).inputs()).containsExactly("a");
  }

  @Test
  void aReplacementHiddenByTheSubgraphIsRefused() {
    GraphProto hides = branch(node("Neg", "a", "own"));
    OnnxModel model = conditional(hides, hides);
    GraphEdit edit = model.edit();
    edit.node("Abs", "own").in("a").addAs(List.of("own"));
    edit.replaceUses("a", "own");
    assertThatThrownBy(edit::commit).hasMessageContaining("which a subgraph defines for itself");
  }

  @Test
  void capturesCannotBeRedirectedOneByOne() {
    OnnxModel model = conditional(branch(node("Neg", "a", "p")), branch(node("Abs", "a", "q")));
    OnnxGraph.Use capture = model.graph().uses("a").get(0);
    assertThat(capture.inputIndex()).isEqualTo(-1);
    assertThatThrownBy(() -> model.edit().redirect(capture, "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

package dev.tailgate.onnx.ir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a model that holds each construct of the format once; see make_models.py beside it. */
class RoundTripTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Path source;

  @SuppressWarnings("NullAway.Init")
  private OnnxModel model;

  @BeforeEach
  void loadEverything() {
    source = Fixtures.write(folder, "everything.onnx", Fixtures.resource("everything.onnx"));
    model = OnnxModel.load(source);
  }

  private static List<String[]> golden() {
    List<String[]> rows = new ArrayList<>();
    new String(Fixtures.resource("everything.tsv"), StandardCharsets.UTF_8)
        .lines()
        .forEach(line -> rows.add(line.split("\t", -1)));
    return rows;
  }

  private static void matchesGolden(OnnxModel model) {
    assertThat(golden()).hasSize(17);
    for (String[] row : golden()) {
      ConstantTensor tensor = model.graph().constant(row[0]).orElseThrow();
      assertThat(tensor.type().name()).isEqualTo(row[1]);
      assertThat(tensor.dims()).hasToString(row[2]);
      assertThat(Fixtures.elements(tensor)).as(row[0]).isEqualTo(HexFormat.of().parseHex(row[3]));
    }
  }

  /** The message without initialisers, whose spelling (typed or raw) may change. */
  private static ModelProto withoutInitializers(Path file) throws IOException {
    ModelProto proto = ModelProto.parseFrom(Files.readAllBytes(file));
    GraphProto graph = proto.getGraph().toBuilder().clearInitializer().build();
    return proto.toBuilder().setGraph(graph).build();
  }

  @Test
  void readsEveryElementTypeAsNumPyDoes() {
    matchesGolden(model);
  }

  @Test
  void saveKeepsEveryFieldAndEveryElement() throws IOException {
    Path copy = folder.resolve("copy.onnx");
    model.save(copy);
    assertThat(withoutInitializers(copy)).isEqualTo(withoutInitializers(source));
    matchesGolden(OnnxModel.load(copy));
    TensorProto words =
        ModelProto.parseFrom(Files.readAllBytes(copy)).getGraph().getInitializerList().stream()
            .filter(t -> t.getName().equals("words"))
            .findFirst()
            .orElseThrow();
    assertThat(words.getStringData(1).toStringUtf8()).isEqualTo("zw\u00f6lf");
  }

  @Test
  void savingTwiceGivesEqualBytes() throws IOException {
    model.save(folder.resolve("one.onnx"));
    OnnxModel.load(folder.resolve("one.onnx")).save(folder.resolve("two.onnx"));
    assertThat(folder.resolve("two.onnx")).hasSameBinaryContentAs(folder.resolve("one.onnx"));
  }

  @Test
  void unknownFieldsTravel() throws IOException {
    model.save(folder.resolve("copy.onnx"));
    ModelProto proto = ModelProto.parseFrom(Files.readAllBytes(folder.resolve("copy.onnx")));
    assertThat(proto.getUnknownFields().hasField(2000)).isTrue();
    assertThat(proto.getGraph().getUnknownFields().hasField(2000)).isTrue();
  }

  @Test
  void anInitializerThatIsAlsoAnInputIsNotAskedOfTheCaller() {
    assertThat(model.graph().inputs()).extracting(ValueInfo::name).containsExactly("x", "flag");
  }

  @Test
  void omittedInputsAndRepeatedNodeNamesAreKept() {
    OnnxNode clip = model.graph().producer("clipped").orElseThrow();
    assertThat(clip.inputs()).containsExactly("scaled", "", "scalar");
    assertThat(clip.hasInput(1)).isFalse();
    assertThat(model.graph().nodes()).filteredOn(n -> n.name().equals("same")).hasSize(2);
  }

  @Test
  void aCaptureBySubgraphIsAUse() {
    assertThat(model.graph().uses("scaled"))
        .extracting(use -> use.node().opType() + use.inputIndex())
        .containsExactly("Clip0", "If-1");
    assertThat(model.graph().uses("inner_sum")).isEmpty();
  }

  @Test
  void aFunctionBodyReadsAsAGraphWithReferredAttributesAbsent() {
    OnnxFunction twice = model.functions().get(0);
    assertThat(twice.body().nodes())
        .extracting(OnnxNode::opType)
        .containsExactly("Constant", "Mul");
    assertThat(twice.body().nodes().get(0).hasAttribute("value_float")).isFalse();
    assertThat(twice.body().constant("two")).isEmpty();
  }

  @Test
  void aConstantNodeIsAConstant() {
    ConstantTensor c = model.graph().constant("c").orElseThrow();
    assertThat(c.toDoubles(400)[399]).isEqualTo(399);
    assertThat(model.graph().constant("y")).isEmpty();
  }

  @Test
  void aWeightInAConstantNodeIsReadAsAnInitializerByReference() throws IOException {
    TensorProto weight = Fixtures.floats("", 3, 1 << 19);
    AttributeProto.Builder value = AttributeProto.newBuilder().setName("value").setT(weight);
    NodeProto constant =
        Fixtures.node("Constant", List.of(), List.of("w")).toBuilder().addAttribute(value).build();
    NodeProto add = Fixtures.node("Add", List.of("x", "w"), List.of("y"));
    OnnxModel old = Fixtures.load(folder, Fixtures.graph(List.of(constant, add)));
    assertThat(old.graph().nodes()).extracting(OnnxNode::opType).containsExactly("Add");
    ConstantTensor w = old.graph().constant("w").orElseThrow();
    assertThat(w.data()).isInstanceOf(TensorData.Slice.class);
    assertThat(Fixtures.elements(w)).isEqualTo(weight.getRawData().toByteArray());
    assertThat(old.toSessionBytes()).hasSizeLessThan(1000);
    NodeProto custom = constant.toBuilder().setDomain("custom").build();
    OnnxModel other = Fixtures.load(folder, Fixtures.graph(List.of(custom, add)));
    assertThat(other.graph().nodes()).hasSize(2);
    assertThat(other.graph().nodes().get(0).tensorAttribute("value")).isPresent();
  }

  @Test
  void anEditLeavesTheModelItCameFromUntouched() {
    GraphEdit edit = model.edit();
    String doubled = edit.node("Add", "doubled").in("scaled", "scaled").add();
    edit.addOutput(new ValueInfo(doubled, ElementType.UNDEFINED, java.util.Optional.empty()));
    OnnxModel edited = edit.commit();
    assertThat(edited.graph().nodes()).hasSize(model.graph().nodes().size() + 1);
    assertThat(model.graph().isOutput(doubled)).isFalse();
    matchesGolden(edited);
  }
}

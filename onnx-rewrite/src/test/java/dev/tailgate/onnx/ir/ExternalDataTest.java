package dev.tailgate.onnx.ir;

import static dev.tailgate.onnx.ir.Fixtures.external;
import static dev.tailgate.onnx.ir.Fixtures.graph;
import static dev.tailgate.onnx.ir.Fixtures.node;
import static dev.tailgate.onnx.ir.Fixtures.value;
import static dev.tailgate.onnx.ir.Fixtures.withGraph;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.TensorProto;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExternalDataTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path root;

  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectories(root.resolve("model"));
  }

  private OnnxModel load(TensorProto... tensors) {
    return Fixtures.load(folder, graph(List.of(node("Relu", "x", "y")), tensors));
  }

  private static GraphProto holding(TensorProto tensor) {
    return GraphProto.newBuilder()
        .addNode(node("Identity", tensor.getName(), "z"))
        .addInitializer(tensor)
        .addOutput(value("z"))
        .build();
  }

  private static GraphProto inSubgraph(TensorProto tensor) {
    return graph(List.of(withGraph(node("If", "x", "y"), "then_branch", holding(tensor))));
  }

  private static NodeProto constantNode(TensorProto tensor) {
    return node("Constant", List.of(), List.of("c")).toBuilder()
        .addAttribute(AttributeProto.newBuilder().setName("value").setT(tensor))
        .build();
  }

  private byte[] data(int length) {
    byte[] bytes = new byte[length];
    new java.util.Random(length).nextBytes(bytes);
    Fixtures.write(folder, "w.bin", bytes);
    return bytes;
  }

  @Test
  void offsetAndLengthSelectTheElements() {
    byte[] bytes = data(9000);
    OnnxModel model =
        load(
            external("a", 1, "w.bin", "offset", "3", "length", "4000").toBuilder()
                .addDims(1000)
                .build(),
            external("rest", 2, "w.bin", "offset", "4003").toBuilder().addDims(4997).build(),
            external("head", 2, "w.bin").toBuilder().addDims(5).build());
    assertThat(Fixtures.elements(model.graph().constant("a").orElseThrow()))
        .isEqualTo(java.util.Arrays.copyOfRange(bytes, 3, 4003));
    assertThat(Fixtures.elements(model.graph().constant("rest").orElseThrow()))
        .isEqualTo(java.util.Arrays.copyOfRange(bytes, 4003, 9000));
    assertThat(model.graph().constant("head").orElseThrow().data().byteLength()).isEqualTo(5);
  }

  @Test
  void locationsOutsideTheFolderAreRefusedWhereverTheyStand() throws IOException {
    Fixtures.write(root, "secret", new byte[16]);
    Files.createSymbolicLink(folder.resolve("link"), root.resolve("secret"));
    Files.createDirectories(folder.resolve("sub"));
    String absolute = root.resolve("secret").toString();
    for (String location :
        List.of("../secret", "sub/../../secret", absolute, "link", "", "a\u0000b", "/etc/passwd")) {
      TensorProto tensor = external("w", 1, location).toBuilder().addDims(4).build();
      assertThatThrownBy(() -> load(tensor))
          .as(location)
          .isInstanceOf(ModelException.class)
          .hasMessageContainingAll("inside the model's folder", "tensor w");
      assertThatThrownBy(() -> Fixtures.load(folder, inSubgraph(tensor)))
          .as("in a subgraph: %s", location)
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("inside the model's folder");
      assertThatThrownBy(
              () ->
                  Fixtures.load(
                      folder, graph(List.of(constantNode(tensor), node("Relu", "x", "y")))))
          .as("in a Constant node: %s", location)
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("inside the model's folder");
    }
  }

  @Test
  void missingAndShortDataAreNamed() {
    data(100);
    TensorProto gone = external("w", 1, "gone.bin").toBuilder().addDims(4).build();
    assertThatThrownBy(() -> load(gone))
        .hasMessageContainingAll("gone.bin beside the model", "found none", "Copy the data file");
    String[][] bad = {
      {"offset", "101"},
      {"offset", "90", "length", "16"},
      {"offset", "9223372036854775807", "length", "16"},
      {"offset", "0", "length", "9223372036854775807"},
    };
    for (String[] entries : bad) {
      assertThatThrownBy(
              () -> load(external("w", 1, "w.bin", entries).toBuilder().addDims(4).build()))
          .hasMessageContainingAll("inside w.bin", "a file of 100 bytes", "tensor w");
    }
    for (String number : List.of("-1", "ten", "", "99999999999999999999")) {
      assertThatThrownBy(() -> load(external("w", 1, "w.bin", "offset", number)))
          .hasMessageContaining("byte position of 0 or more");
    }
    assertThatThrownBy(
            () -> load(external("w", 1, "w.bin", "length", "12").toBuilder().addDims(4).build()))
        .hasMessageContainingAll("expected 16 bytes", "found 12 bytes");
    assertThatThrownBy(() -> load(external("w", 8, "w.bin"))).hasMessageContaining("strings");
  }

  @Test
  void dataOfSubgraphsAndConstantNodesMovesWithASave() throws IOException {
    byte[] bytes = data(4000);
    TensorProto inner =
        external("inner", 2, "w.bin", "length", "2000").toBuilder().addDims(2000).build();
    TensorProto constant =
        external("", 2, "w.bin", "offset", "2000").toBuilder().addDims(2000).build();
    TensorProto small = external("small", 2, "w.bin").toBuilder().addDims(3).build();
    GraphProto both =
        graph(
            List.of(
                constantNode(constant),
                withGraph(
                    withGraph(node("If", "x", "y"), "then_branch", holding(inner)),
                    "else_branch",
                    holding(small))));
    Path elsewhere = root.resolve("new/deep/m.onnx");
    Fixtures.load(folder, both).save(elsewhere);
    Files.delete(folder.resolve("w.bin"));
    OnnxModel moved = OnnxModel.load(elsewhere);
    List<OnnxGraph> branches = moved.graph().nodes().get(1).subgraphs();
    assertThat(Fixtures.elements(branches.get(0).constant("inner").orElseThrow()))
        .isEqualTo(java.util.Arrays.copyOf(bytes, 2000));
    assertThat(Fixtures.elements(branches.get(1).constant("small").orElseThrow()))
        .isEqualTo(java.util.Arrays.copyOf(bytes, 3));
    assertThat(Fixtures.elements(moved.graph().constant("c").orElseThrow()))
        .isEqualTo(java.util.Arrays.copyOfRange(bytes, 2000, 4000));
  }

  @Test
  void aTensorOfMoreThanTwoGibibytesIsReadByReference() throws IOException {
    long length = (1L << 31) + 4096;
    try (RandomAccessFile sparse = new RandomAccessFile(folder.resolve("w.bin").toFile(), "rw")) {
      sparse.setLength(length + 64);
      sparse.seek(64 + length - 4);
      sparse.writeInt(0x0000_803F); // 1.0f, little-endian
    }
    OnnxModel model =
        load(
            external("w", 1, "w.bin", "offset", "64", "length", Long.toString(length)).toBuilder()
                .addDims(length / 4)
                .build());
    ConstantTensor w = model.graph().constant("w").orElseThrow();
    assertThat(w.data().byteLength()).isEqualTo(length);
    assertThat(w.data().read(length - 4, 4).getFloat()).isEqualTo(1f);
    assertThat(new String(model.toSessionBytes(), java.nio.charset.StandardCharsets.ISO_8859_1))
        .contains(Long.toString(length));
  }
}

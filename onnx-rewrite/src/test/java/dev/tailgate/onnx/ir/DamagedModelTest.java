package dev.tailgate.onnx.ir;

import static dev.tailgate.onnx.ir.Fixtures.floats;
import static dev.tailgate.onnx.ir.Fixtures.graph;
import static dev.tailgate.onnx.ir.Fixtures.model;
import static dev.tailgate.onnx.ir.Fixtures.node;
import static dev.tailgate.onnx.ir.Fixtures.value;
import static dev.tailgate.onnx.ir.Fixtures.withGraph;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.FunctionProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.OperatorSetIdProto;
import dev.tailgate.onnx.proto.TensorProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamagedModelTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  private void refuses(ModelProto model, String... parts) {
    refuses(model.toByteArray(), parts);
  }

  private void refuses(byte[] bytes, String... parts) {
    Path file = Fixtures.write(folder, "bad.onnx", bytes);
    assertThatThrownBy(() -> OnnxModel.load(file))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll(parts)
        .message()
        .doesNotContain("\n");
  }

  private static GraphProto plain(TensorProto... tensors) {
    return graph(List.of(node("Relu", "x", "y")), tensors);
  }

  /** Loads and uses what loads; only a {@link ModelException} may come out. */
  private void survives(byte[] bytes) {
    Path file = Fixtures.write(folder, "fuzz.onnx", bytes);
    try {
      OnnxModel model = OnnxModel.load(file);
      assertThat(model.toSessionBytes()).isNotEmpty();
      model.graph().nodes().forEach(n -> assertThat(n.subgraphs()).isNotNull());
      // Each save waits for the disk: one in sixteen keeps the test short.
      if (Arrays.hashCode(bytes) % 16 == 0) {
        model.save(folder.resolve("fuzz-out.onnx"));
      }
    } catch (ModelException expected) {
      assertThat(expected.getMessage()).startsWith("Failed ");
    }
  }

  @Test
  void anyPrefixOfAModelIsRefusedOrRead() {
    byte[] whole = Fixtures.resource("everything.onnx");
    Random random = new Random(3);
    for (int i = 0; i < 600; i++) {
      survives(Arrays.copyOf(whole, 1 + random.nextInt(whole.length - 1)));
    }
  }

  @Test
  void anyFlippedBytesAreRefusedOrRead() {
    byte[] whole = Fixtures.resource("everything.onnx");
    Random random = new Random(5);
    for (int i = 0; i < 3000; i++) {
      byte[] damaged = whole.clone();
      int flips = 1 + random.nextInt(4);
      for (int f = 0; f < flips; f++) {
        // Framing is dense outside the two large tensors; half of the flips go there.
        int span = random.nextBoolean() ? damaged.length : 1500;
        int at = damaged.length - 1 - random.nextInt(span);
        damaged[at] = (byte) random.nextInt(256);
      }
      survives(damaged);
    }
  }

  @Test
  void noiseIsRefused() {
    Random random = new Random(9);
    for (int i = 0; i < 500; i++) {
      byte[] noise = new byte[1 + random.nextInt(300)];
      random.nextBytes(noise);
      survives(noise);
    }
  }

  @Test
  void standInsAreNamed() {
    refuses(new byte[0], "an empty file");
    refuses(
        "version https://git-lfs.github.com/spec/v1\noid".getBytes(StandardCharsets.UTF_8),
        "a Git LFS pointer",
        "git lfs pull");
    refuses("<!DOCTYPE html>".getBytes(StandardCharsets.UTF_8), "an HTML page");
    refuses("PK\u0003\u0004zip".getBytes(StandardCharsets.UTF_8), "a zip archive");
    refuses(new byte[] {0x1f, (byte) 0x8b, 8}, "gzip");
    refuses("this is text, not a model".getBytes(StandardCharsets.UTF_8), "expected an ONNX model");
    refuses(floats("weights", 1, 400).toByteArray(), "expected an ONNX model");
    refuses(model(plain()).toBuilder().clearGraph().build(), "without graph");
  }

  @Test
  void pathsThatAreNoFilesAreNamed() throws IOException {
    assertThatThrownBy(() -> OnnxModel.load(folder)).hasMessageContaining("found a folder");
    assertThatThrownBy(() -> OnnxModel.load(folder.resolve("none.onnx")))
        .hasMessageContaining("no such file");
    Path secret = Fixtures.write(folder, "secret.onnx", model(plain()));
    assumeTrue(secret.toFile().setReadable(false) && !Files.isReadable(secret));
    assertThatThrownBy(() -> OnnxModel.load(secret)).hasMessageContaining("may not read");
  }

  @Test
  void aNegativeVersionOfTheFileFormatIsRefused() {
    for (long version : new long[] {-1, Long.MIN_VALUE}) {
      refuses(
          model(plain()).toBuilder().setIrVersion(version).build(),
          "expected a version of the file");
    }
  }

  @Test
  void opsetsOutsideTheKnownRangeAreRefused() {
    for (long opset : new long[] {29, 1L << 33, 0, -1}) {
      refuses(
          model(plain()).toBuilder()
              .setOpsetImport(0, OperatorSetIdProto.newBuilder().setVersion(opset))
              .build(),
          "opset " + opset);
    }
  }

  @Test
  void duplicateDefinitionsAreRefused() {
    NodeProto relu = node("Relu", "x", "y");
    refuses(model(graph(List.of(relu, relu))), "second definition of 'y'");
    refuses(model(graph(List.of(relu), floats("y", 1, 1))), "second definition of 'y'");
    refuses(
        model(graph(List.of(relu, node("Neg", "w", "x")), floats("w", 1, 1))),
        "second definition of 'x'");
    refuses(model(plain(floats("w", 1, 1), floats("w", 2, 1))), "second definition of 'w'");
    refuses(model(plain().toBuilder().addInput(value("x")).build()), "second definition of 'x'");
    GraphProto twice = graph(List.of(relu, relu)).toBuilder().clearInput().build();
    refuses(
        model(graph(List.of(withGraph(node("If", "x", "y"), "then_branch", twice)))),
        "second definition of 'y'",
        "If_y");
  }

  @Test
  void danglingValuesAndCyclesAreRefusedInSubgraphsToo() {
    NodeProto ghost = node("Relu", "ghost", "y");
    refuses(model(graph(List.of(ghost))), "'ghost'", "Relu_y");
    List<NodeProto> cycle = List.of(node("Relu", "b", "a"), node("Neg", "a", "b"));
    List<NodeProto> all = List.of(cycle.get(0), cycle.get(1), node("Abs", "x", "y"));
    refuses(model(graph(all)), "a cycle through value");
    for (GraphProto bad :
        List.of(
            GraphProto.newBuilder().addNode(ghost).addOutput(value("y")).build(),
            GraphProto.newBuilder().addAllNode(cycle).addOutput(value("b")).build())) {
      refuses(model(graph(List.of(withGraph(node("If", "x", "y"), "then_branch", bad)))), "If_y");
    }
    refuses(model(graph(List.of(node("Relu", "y", "y")))), "a cycle through value 'y'");
  }

  @Test
  void dimensionsMustFitTheirElements() {
    TensorProto w = floats("w", 1, 8);
    refuses(model(plain(w.toBuilder().setDims(0, -8).build())), "dimensions of 0 or more");
    refuses(
        model(plain(w.toBuilder().setDims(0, 1L << 40).addDims(1L << 40).build())),
        "product fits 63 bits");
    refuses(model(plain(w.toBuilder().setDims(0, 9).build())), "expected 36 bytes", "found 32");
    refuses(model(plain(w.toBuilder().clearRawData().build())), "found 0 bytes");
    TensorProto huge = floats("w", 1, 0).toBuilder().setDims(0, 1L << 61).build();
    refuses(model(plain(huge)), "tensor w");
  }

  @Test
  void dimensionsOfTextsAndOfUnknownTypesMustFitTheirElements() {
    TensorProto.Builder texts =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(TensorProto.DataType.STRING.getNumber())
            .addStringData(ByteString.copyFromUtf8("a"));
    refuses(model(plain(texts.clone().addDims(-4).build())), "dimensions of 0 or more", "w");
    refuses(model(plain(texts.clone().addDims(2).build())), "expected 2 texts", "found 1");
    refuses(model(plain(texts.clone().addDims(1L << 40).addDims(1L << 40).build())), "63 bits");
    assertThat(Fixtures.load(folder, plain(texts.clone().addDims(1).build())).graph()).isNotNull();
    TensorProto later = TensorProto.newBuilder().setName("w").setDataType(99).addDims(-1).build();
    refuses(model(plain(later)), "dimensions of 0 or more", "w");
    TensorProto raw = later.toBuilder().setRawData(ByteString.copyFromUtf8("abcd")).build();
    refuses(model(plain(raw)), "dimensions of 0 or more", "w");
  }

  @Test
  void nodesWithTooManyOrTooFewInputsOrOutputsAreRefused() {
    NodeProto four = node("Add", List.of("x", "x", "x", "x"), List.of("y"));
    refuses(model(graph(List.of(four))), "expected 2 inputs of Add in opset 17, found 4", "Add_y");
    refuses(model(graph(List.of(node("Add", "x", "y")))), "expected 2 inputs", "found 1");
    refuses(
        model(graph(List.of(node("Relu", List.of("x"), List.of("y", "z"))))),
        "expected 1 output of Relu",
        "found 2");
    refuses(
        model(graph(List.of(node("Concat", List.of(), List.of("y"))))), "expected 1 input or more");
    GraphProto branch =
        GraphProto.newBuilder()
            .addNode(node("Softmax", List.of("x", "x"), List.of("q")))
            .addOutput(value("q"))
            .build();
    refuses(
        model(graph(List.of(withGraph(node("If", "x", "y"), "then_branch", branch)))),
        "expected 1 input of Softmax");
    FunctionProto function =
        FunctionProto.newBuilder()
            .setName("F")
            .setDomain("my")
            .addInput("a")
            .addOutput("b")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(6))
            .addNode(node("Clip", List.of("a", "a", "a"), List.of("b")))
            .build();
    // Three inputs are right in opset 17, and not in the older one that the function is of.
    refuses(
        model(plain()).toBuilder().addFunctions(function).build(),
        "expected 1 input of Clip in opset 6",
        "function F");
  }

  private static FunctionProto function(String name, NodeProto... nodes) {
    return FunctionProto.newBuilder()
        .setName(name)
        .setDomain("my")
        .addInput("a")
        .addOutput("b")
        .addAllNode(List.of(nodes))
        .build();
  }

  private static NodeProto call(String name, String input, String output) {
    return node(name, input, output).toBuilder().setDomain("my").build();
  }

  @Test
  void functionsThatGrowWithoutBoundAreRefusedBeforeTheyDo() {
    ModelProto.Builder doubling =
        model(graph(List.of(call("F59", "x", "y")))).toBuilder()
            .addFunctions(function("F0", node("Relu", "a", "b")));
    ModelProto.Builder deep = doubling.clone();
    for (int i = 1; i < 60; i++) {
      String inner = "F" + (i - 1);
      doubling.addFunctions(function("F" + i, call(inner, "a", "t"), call(inner, "t", "b")));
    }
    refuses(doubling.build(), "at most 2000000 nodes");
    for (int i = 1; i < 20_000; i++) {
      deep.addFunctions(function("F" + i, call("F" + (i - 1), "a", "b")));
    }
    // Sixty deep is read, whatever else lies in the file and is deeper.
    refuses(deep.build(), "at most 200 calls deep");
    refuses(
        model(graph(List.of(call("F", "x", "y")))).toBuilder()
            .addFunctions(function("F", call("G", "a", "b")))
            .addFunctions(function("G", call("F", "a", "b")))
            .build(),
        "do not call themselves",
        "function F");
  }

  @Test
  void operatorsThatAreNotStandardTakeAnyNumberOfInputs() {
    NodeProto own =
        node("Add", List.of("x", "x", "x", "x"), List.of("y")).toBuilder().setDomain("my").build();
    OnnxNode read = Fixtures.load(folder, graph(List.of(own))).graph().nodes().get(0);
    assertThat(read.input(3)).isEqualTo("x");
    assertThat(read.input(4)).isEmpty();
    assertThat(read.input(-2)).isEmpty();
    assertThat(read.output(-1)).isEmpty();
    FunctionProto function =
        FunctionProto.newBuilder().setName("Add").addInput("a").addOutput("b").build();
    NodeProto call = node("Add", "x", "y");
    assertThat(
            OnnxModel.load(
                    Fixtures.write(
                        folder,
                        "f.onnx",
                        model(graph(List.of(call))).toBuilder()
                            .addFunctions(function.toBuilder().addNode(node("Neg", "a", "b")))
                            .build()))
                .functions())
        .hasSize(1);
  }

  @Test
  void elementsInAFieldOfAnotherTypeAreRefused() {
    TensorProto.Builder w = TensorProto.newBuilder().setName("w").setDataType(6).addDims(2);
    refuses(model(plain(w.clone().addFloatData(1).addFloatData(2).build())), "own field");
    refuses(model(plain(w.clone().addInt64Data(1).addInt64Data(2).build())), "own field");
  }

  @Test
  void elementsInSeveralPiecesAreJoined() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TensorProto.newBuilder()
        .setName("w")
        .setDataType(1)
        .addDims(3)
        .addFloatData(1)
        .build()
        .writeTo(bytes);
    TensorProto.newBuilder().addFloatData(2).addFloatData(3).build().writeTo(bytes);
    // Field 5 of the graph by hand: the generated class would join the pieces itself.
    ByteArrayOutputStream graph = new ByteArrayOutputStream();
    plain().writeTo(graph);
    graph.write(0x2A);
    graph.write(bytes.size());
    bytes.writeTo(graph);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    model(plain()).toBuilder().clearGraph().build().writeTo(whole);
    whole.write(0x3A);
    whole.write((graph.size() & 0x7F) | 0x80);
    whole.write(graph.size() >> 7);
    graph.writeTo(whole);
    OnnxModel model = OnnxModel.load(Fixtures.write(folder, "pieces.onnx", whole.toByteArray()));
    assertThat(model.graph().constant("w").orElseThrow().toDoubles(3)).containsExactly(1, 2, 3);
  }

  @Test
  void lengthsBeyondTheFileAreRefused() {
    // A length of 2^31 - 1, and one whose varint is negative as an int, at each level.
    byte[] large = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 7};
    byte[] negative = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 15};
    for (byte[] length : List.of(large, negative)) {
      refuses(concat(new byte[] {8, 8, 0x3A}, length), "do not parse");
      refuses(concat(new byte[] {8, 8, 0x3A, 6, 0x2A}, length), "do not parse");
      refuses(concat(new byte[] {8, 8, 0x3A, 8, 0x2A, 6, 0x4A}, length), "do not parse");
    }
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  @Test
  void deepNestingIsRefusedWithoutExhaustingTheStack() {
    ByteString graph = plain().toByteString();
    for (int depth = 0; depth < 20_000; depth++) {
      // graph { node { attribute { g } } } by hand: the generated builders would recurse.
      ByteString attribute = field(6, graph);
      graph = field(1, field(5, attribute));
    }
    byte[] model = ByteString.copyFrom(new byte[] {8, 8}).concat(field(7, graph)).toByteArray();
    refuses(model, "do not parse", "nesting");
    byte[] groups = new byte[100_000];
    Arrays.fill(groups, (byte) 0x0B);
    refuses(groups, "do not parse");
  }

  private static ByteString field(int number, ByteString payload) {
    ByteString.Output out = ByteString.newOutput();
    out.write((number << 3) | 2);
    int length = payload.size();
    while (length > 127) {
      out.write((length & 0x7F) | 0x80);
      length >>>= 7;
    }
    out.write(length);
    return out.toByteString().concat(payload);
  }

  @Test
  void moderateNestingIsRead() {
    GraphProto graph =
        GraphProto.newBuilder().addNode(node("Relu", "x", "y")).addOutput(value("y")).build();
    for (int depth = 0; depth < 20; depth++) {
      NodeProto choice =
          node("If", "x", "y").toBuilder()
              .addAttribute(AttributeProto.newBuilder().setName("then_branch").setG(graph))
              .build();
      graph = GraphProto.newBuilder().addNode(choice).addOutput(value("y")).build();
    }
    OnnxModel model = Fixtures.load(folder, graph(graph.getNodeList()));
    assertThat(model.graph().nodes().get(0).subgraphs()).hasSize(1);
  }

  @Test
  void namesOfTheModelCannotForgeTerminalOutput() {
    NodeProto evil = node("Relu", "x\u001b[2J", "y").toBuilder().setName("a\nb").build();
    refuses(model(graph(List.of(evil))), "x?[2J", "a?b");
  }

  @Test
  void nodesOutOfOrderArePutInOrderInSubgraphsToo() {
    List<NodeProto> wrong = List.of(node("Neg", "a", "y"), node("Relu", "x", "a"));
    GraphProto branch =
        GraphProto.newBuilder()
            .addAllNode(List.of(node("Neg", "p", "q"), node("Relu", "x", "p")))
            .addOutput(value("q"))
            .build();
    OnnxModel model = Fixtures.load(folder, graph(wrong));
    assertThat(model.graph().nodes()).extracting(OnnxNode::opType).containsExactly("Relu", "Neg");
    OnnxModel nested =
        Fixtures.load(
            folder, graph(List.of(withGraph(node("If", "x", "y"), "then_branch", branch))));
    assertThat(nested.graph().nodes().get(0).subgraphs().get(0).nodes())
        .extracting(OnnxNode::opType)
        .containsExactly("Relu", "Neg");
  }
}

package dev.tailgate.run.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.DataSource;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.onnx.attention.Normaliser;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.RewriteResult;
import dev.tailgate.onnx.method.RewrittenSite;
import dev.tailgate.onnx.method.SiteOutcome;
import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.OperatorSetIdProto;
import dev.tailgate.onnx.proto.TensorProto;
import dev.tailgate.onnx.proto.TensorShapeProto;
import dev.tailgate.onnx.proto.TypeProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import dev.tailgate.onnx.rewrite.Effect;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.site.SiteCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FusedSitesTest {
  private static final int TOKENS = 5;

  @TempDir Path folder;

  /** Two heads of width 4 in one operator. */
  private OnnxModel operator() throws IOException {
    GraphProto.Builder graph = graph();
    graph.addNode(
        node("MultiHeadAttention", "context", "q", "k", "v")
            .setDomain("com.microsoft")
            .addAttribute(attribute("num_heads").setI(2)));
    return model(graph, "operator");
  }

  /** The same in many; {@code scale} is 1 / sqrt(4) where it is right. */
  private OnnxModel writtenOut(float scale) throws IOException {
    GraphProto.Builder graph = graph();
    graph.addInitializer(
        TensorProto.newBuilder().setName("scale").setDataType(1).addFloatData(scale));
    graph.addInitializer(longs("split", 0, 0, 2, 4)).addInitializer(longs("join", 0, 0, 8));
    for (String input : List.of("q", "k", "v")) {
      graph.addNode(node("Reshape", input + "s", input, "split"));
      List<Long> perm = input.equals("k") ? List.of(0L, 2L, 3L, 1L) : List.of(0L, 2L, 1L, 3L);
      graph.addNode(turned(input + "t", input + "s", perm));
    }
    graph.addNode(node("MatMul", "product", "qt", "kt"));
    graph.addNode(node("Mul", "scores", "product", "scale"));
    graph.addNode(node("Softmax", "probs", "scores").addAttribute(attribute("axis").setI(-1)));
    graph.addNode(node("MatMul", "weighted", "probs", "vt"));
    graph.addNode(turned("turned", "weighted", List.of(0L, 2L, 1L, 3L)));
    graph.addNode(node("Reshape", "context", "turned", "join"));
    return model(graph, "written");
  }

  private static AttributeProto.Builder attribute(String name) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INT);
  }

  private static NodeProto.Builder turned(String output, String input, List<Long> perm) {
    return node("Transpose", output, input)
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("perm")
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(perm));
  }

  private static NodeProto.Builder node(String op, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(op)
        .setName(output)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }

  private static TensorProto longs(String name, long... values) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(7)
        .addDims(values.length)
        .addAllInt64Data(Arrays.stream(values).boxed().toList())
        .build();
  }

  private static GraphProto.Builder graph() {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("fused");
    List.of("q", "k", "v").forEach(name -> graph.addInput(value(name)));
    return graph.addOutput(value("context"));
  }

  private static ValueInfoProto value(String name) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : new long[] {2, TOKENS, 8}) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape)))
        .build();
  }

  private OnnxModel model(GraphProto.Builder graph, String name) throws IOException {
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1))
            .setGraph(graph)
            .build();
    return OnnxModel.load(Files.write(folder.resolve(name + ".onnx"), model.toByteArray()));
  }

  private static RewriteResult claimed(OnnxModel model, String place) {
    SiteOutcome done = new SiteOutcome.Rewritten(List.of("Rule"), Effect.CHANGES_FUNCTION);
    RewrittenSite site =
        new RewrittenSite(0, "layer 0", "context", place, "self", Normaliser.SOFTMAX, done);
    return new RewriteResult(model, List.of(site), List.of());
  }

  private static SiteCheck check(RewriteResult rewrite, Optional<OnnxModel> writtenOut) {
    Random random = new Random(4);
    DataSource data =
        ScoreGraph.given(
            2,
            Map.of(
                "q", ScoreGraph.random(random, ElementType.FLOAT, 1, 2, TOKENS, 8),
                "k", ScoreGraph.random(random, ElementType.FLOAT, 1, 2, TOKENS, 8),
                "v", ScoreGraph.random(random, ElementType.FLOAT, 1, 2, TOKENS, 8)),
            Optional.empty());
    return RewriteVerification.run(
            rewrite.model(),
            rewrite,
            MethodSpec.of(Method.OUTEFFHOP, NormaliserSpec.SOFTMAX1),
            writtenOut,
            data,
            ReferenceModel.CPU,
            RunProgress.SILENT)
        .sites()
        .get(0);
  }

  @Test
  void theContextOfAnOperatorIsThatOfTheAttentionWrittenOut() throws IOException {
    SiteCheck check = check(claimed(operator(), ""), Optional.of(writtenOut(0.5f)));
    assertThat(check.note())
        .isEqualTo("computed inside MultiHeadAttention; compared with the attention written out");
    // Contexts are below 4 and differ by a few roundings of 2e-7.
    assertThat(check.maxDifference().orElseThrow()).isLessThan(4e-6);
    // What is written out here has softmax, which gives all it has.
    assertThat(check.noOpMass().orElseThrow()).isCloseTo(0, within(1e-6));
    assertThat(check.rows()).isEqualTo(2 * 2 * TOKENS);
  }

  @Test
  void anOperatorThatComputesSomethingElseIsFoundOut() throws IOException {
    SiteCheck check = check(claimed(operator(), ""), Optional.of(writtenOut(0.4f)));
    assertThat(check.maxDifference().orElseThrow()).isGreaterThan(1e-2);
  }

  @Test
  void withoutItWrittenOutOnlyTheOutputsTell() throws IOException {
    SiteCheck check = check(claimed(operator(), ""), Optional.empty());
    assertThat(check.maxDifference()).isEmpty();
    assertThat(check.noOpMass()).isEmpty();
    assertThat(check.note())
        .isEqualTo("computed inside MultiHeadAttention: checked through the model's outputs only");
  }

  @Test
  void sitesOfInnerGraphsAreCheckedThroughTheOutputs() throws IOException {
    SiteCheck check = check(claimed(operator(), "body of Loop"), Optional.empty());
    assertThat(check.maxDifference()).isEmpty();
    assertThat(check.note())
        .isEqualTo("lies in body of Loop: checked through the model's outputs only");
  }
}

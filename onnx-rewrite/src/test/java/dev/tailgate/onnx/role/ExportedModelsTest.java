package dev.tailgate.onnx.role;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small exports of five architectures by both PyTorch exporters, checked against tensor names that
 * were found by comparing numbers (see src/test/fixtures/export_fixtures.py).
 */
class ExportedModelsTest {
  private static final int LAYERS = 2;
  private static final List<TapRole> ONCE_A_LAYER =
      List.of(
          TapRole.QUERY,
          TapRole.KEY,
          TapRole.VALUE,
          TapRole.ATTN_SCORES,
          TapRole.ATTN_PROBS,
          TapRole.ATTN_CONTEXT,
          TapRole.ATTN_OUT,
          TapRole.ATTN_RESIDUAL,
          TapRole.ATTN_LAYERNORM_OUT,
          TapRole.FFN_ACT,
          TapRole.FFN_OUT,
          TapRole.FFN_RESIDUAL,
          TapRole.FFN_LAYERNORM_OUT,
          TapRole.BLOCK_OUT);

  static Stream<Path> exports() throws IOException, URISyntaxException {
    URI folder = Objects.requireNonNull(ExportedModelsTest.class.getResource("/exports")).toURI();
    List<Path> files;
    try (Stream<Path> list = Files.list(Path.of(folder))) {
      files = list.filter(f -> f.toString().endsWith(".onnx")).sorted().toList();
    }
    assertThat(files).hasSize(20);
    return files.stream();
  }

  private static TapMap taps(OnnxModel model) {
    return ModelMap.of(model).taps();
  }

  @ParameterizedTest
  @MethodSource("exports")
  void findsOneSelfAttentionALayer(Path file) {
    AttentionReport report = AttentionFinder.find(OnnxModel.load(file));
    assertThat(report.notSites()).isEmpty();
    assertThat(report.sites()).extracting(s -> s.layer()).containsExactly(0, 1);
    assertThat(report.sites()).extracting(s -> s.kind()).containsOnly("self");
  }

  @ParameterizedTest
  @MethodSource("exports")
  void givesEachRoleOnceALayer(Path file) {
    TapMap taps = taps(OnnxModel.load(file));
    for (TapRole role : ONCE_A_LAYER) {
      assertThat(taps.withRole(role)).as(role.label()).extracting(Tap::layer).containsExactly(0, 1);
    }
    assertThat(taps.withRole(TapRole.EMBEDDING_SUM)).hasSize(1);
    assertThat(taps.withRole(TapRole.HEAD_OUT)).hasSize(1);
    assertThat(taps.layers()).isEqualTo(LAYERS);
  }

  @ParameterizedTest
  @MethodSource("exports")
  void namesTheTensorsThatPyTorchModulesCompute(Path file) throws IOException {
    TapMap taps = taps(OnnxModel.load(file));
    Path expected = Path.of(file.toString().replace(".onnx", ".tsv"));
    for (String line : Files.readAllLines(expected)) {
      List<String> fields = Arrays.asList(line.split("\t", -1));
      int layer = Integer.parseInt(fields.get(1));
      List<String> found =
          taps.taps().stream()
              .filter(tap -> tap.layer() == layer)
              .filter(tap -> tap.roles().stream().anyMatch(r -> r.label().equals(fields.get(0))))
              .map(Tap::tensor)
              .toList();
      assertThat(found).as(line).hasSize(1);
      assertThat(fields.subList(2, fields.size())).as(line).containsAll(found);
    }
  }

  @ParameterizedTest
  @MethodSource("exports")
  void measuresBranchesWithTheSequenceFirst(Path file) {
    OnnxModel model = OnnxModel.load(file);
    TapMap taps = taps(model);
    // OPT flattens batch and sequence before its feed-forward and adds the residual there: no
    // tensor
    // has the sequence first until the block ends.
    boolean flat = file.toString().contains("opt-");
    TapRole last = flat ? TapRole.BLOCK_OUT : TapRole.FFN_OUT;
    for (TapRole role : List.of(TapRole.ATTN_OUT, last)) {
      assertThat(taps.withRole(role))
          .extracting(tap -> model.graph().producer(tap.tensor()).orElseThrow().opType())
          .as(role.label())
          .doesNotContain("Gemm");
    }
    if (flat) {
      assertThat(taps.withRole(TapRole.BLOCK_OUT))
          .extracting(tap -> model.graph().producer(tap.tensor()).orElseThrow().opType())
          .containsOnly("Reshape");
    }
  }

  @ParameterizedTest
  @MethodSource("exports")
  void choosesThePresetOfTheFamily(Path file) {
    ModelMap map = ModelMap.of(OnnxModel.load(file));
    TapMap taps = map.taps();
    TapPreset preset = TapPreset.auto(map.flow(), taps);
    String name = Objects.requireNonNull(file.getFileName()).toString();
    if (name.startsWith("bert")) {
      assertThat(preset).isEqualTo(TapPreset.BERT);
      assertThat(taps.style()).isEqualTo(NormStyle.POST_LN);
      assertThat(preset.select(taps)).hasSize(2 * LAYERS);
    } else {
      assertThat(preset).isEqualTo(name.startsWith("vit") ? TapPreset.VIT : TapPreset.OPT);
      assertThat(taps.style()).isEqualTo(NormStyle.PRE_LN);
      assertThat(TapPreset.OPT.select(taps)).hasSize(5 * LAYERS + 1);
    }
    assertThat(TapPreset.BLOCKS.select(taps)).hasSize(LAYERS);
  }

  @ParameterizedTest
  @MethodSource("exports")
  void measuresEachTensorOnceAndNoMaskedScores(Path file) {
    OnnxModel model = OnnxModel.load(file);
    AttentionReport report = AttentionFinder.find(model);
    List<String> tensors = taps(model).taps().stream().map(Tap::tensor).toList();
    assertThat(tensors).doesNotHaveDuplicates();
    report.sites().stream()
        .filter(site -> !site.normalisation().scores().equals(site.scores().scaled()))
        .forEach(site -> assertThat(tensors).doesNotContain(site.normalisation().scores()));
    report
        .sites()
        .forEach(s -> s.scores().mask().ifPresent(m -> assertThat(tensors).doesNotContain(m)));
  }
}

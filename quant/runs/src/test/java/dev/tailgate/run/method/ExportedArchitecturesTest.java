package dev.tailgate.run.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.Task;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.RunnerOptions.Optimization;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.RewriteResult;
import dev.tailgate.onnx.method.SiteSelection;
import dev.tailgate.onnx.rewrite.Clipping;
import dev.tailgate.onnx.rewrite.GateKind;
import dev.tailgate.onnx.rewrite.GateSpec;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.run.rewrite.RewriteVerification;
import dev.tailgate.run.rewrite.VerificationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Exports of real architectures by PyTorch's two exporters: relative positions, shifted windows,
 * cross attention, caches, grouped queries, fused operators, old opsets, half precision. How many
 * attentions each has is said by the configuration it was made from.
 */
class ExportedArchitecturesTest {
  /** Float32 probabilities: 24 bits, of which sums over a few dozen keys lose some. */
  private static final double FLOAT = 2e-6;

  /** Float16 probabilities: 11 bits, and the scores are read as they were rounded. */
  private static final double HALF = 1e-3;

  static Path folder() {
    return Path.of("../../testdata/exports");
  }

  static Stream<Arguments> exports() throws IOException {
    List<String[]> rows =
        Files.readAllLines(folder().resolve("expected.tsv")).stream()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split("\t", -1))
            .toList();
    return IntStream.range(0, rows.size())
        .mapToObj(at -> Arguments.of(rows.get(at)[0], Integer.parseInt(rows.get(at)[1]), at));
  }

  private static VerificationResult verified(String file, int sites, MethodSpec spec) {
    Path path = folder().resolve(file);
    OnnxModel model = OnnxModel.load(path);
    RewriteResult result = AttentionRewriter.rewrite(model, spec, SiteSelection.ALL);
    assertThat(result.sites()).hasSize(sites);
    assertThat(result.rewritten()).isEqualTo(sites);
    Path data = path.resolveSibling(file.replace(".onnx", ".npz"));
    DataSource source =
        DataSources.open(model, new DataRequest(Optional.of(data), Optional.empty(), 2, 2, 16, 1));
    return RewriteVerification.run(
        model,
        result,
        spec,
        Optional.of(AttentionRewriter.rewriteWrittenOut(model, spec, SiteSelection.ALL).model()),
        source,
        MethodTester.options(Optimization.FLOAT_ONLY),
        RunProgress.SILENT);
  }

  private static void matchesTheReference(String file, VerificationResult result) {
    matchesTheReference(file, result, HALF);
  }

  private static void matchesTheReference(String file, VerificationResult result, double half) {
    double tolerance = file.contains("fp16") ? half : FLOAT;
    assertThat(result.sites())
        .allSatisfy(
            check -> {
              assertThat(check.maxDifference()).as(check.note()).isPresent();
              assertThat(check.maxDifference().getAsDouble()).isLessThan(tolerance);
            });
  }

  @ParameterizedTest
  @MethodSource("exports")
  void softmax1MatchesItsFormulaAtEverySite(String file, int sites) {
    MethodSpec spec = MethodSpec.of(Method.OUTEFFHOP, SoftmaxSpec.SOFTMAX1);
    VerificationResult result = verified(file, sites, spec);
    matchesTheReference(file, result);
    assertThat(result.sites())
        .allSatisfy(check -> assertThat(check.noOpMass().getAsDouble()).isBetween(0.001, 0.9));
  }

  @ParameterizedTest
  @MethodSource("exports")
  void clippedSoftmax1MatchesItsFormulaAtEverySite(String file, int sites) {
    MethodSpec spec =
        MethodSpec.of(
            Method.CLIPPED_OUTEFFHOP, SoftmaxSpec.SOFTMAX1.clipped(new Clipping.PerLength(0.3)));
    matchesTheReference(file, verified(file, sites, spec));
  }

  /**
   * A probability may have a slope of 1 in its scores. The runtime keeps float32 between the casts
   * it inserts, and the scores that are read are rounded: by 2^-10 up to 4, a key's own and those
   * that make a threshold, and the result by 2^-12.
   */
  @ParameterizedTest
  @MethodSource("exports")
  void whatIsNoSoftmaxMatchesItsFormulaAtEverySite(String file, int sites, int place) {
    List<MethodSpec> specs =
        EnumSet.complementOf(EnumSet.of(Method.SOFTMAX_N)).stream()
            .map(MethodSpec::of)
            .filter(spec -> spec.normaliser().isMarked())
            .toList();
    // Each export with one of them in turn; all of all exports with -Dthorough=true.
    List<MethodSpec> tried =
        Boolean.getBoolean("thorough") ? specs : List.of(specs.get(place % specs.size()));
    for (MethodSpec spec : tried) {
      matchesTheReference(file, verified(file, sites, spec), 0x1p-9 + 0x1p-12);
    }
  }

  @ParameterizedTest
  @MethodSource("exports")
  void anUntrainedGateLeavesTheOutputsAlone(String file, int sites) {
    MethodSpec spec =
        MethodSpec.gated(
            Method.GATED_ATTENTION,
            SoftmaxSpec.SOFTMAX,
            new GateSpec(GateKind.ALL_HEADS_LINEAR, 4, 0.5, true, 1),
            Map.of());
    VerificationResult result = verified(file, sites, spec);
    // Decibels: 90 is a relative error of 3e-5, some hundred float32 roundings; float16 has 40
    // less.
    double least = file.contains("fp16") ? 45 : 90;
    assertThat(result.agreement().get(0).value()).isGreaterThan(least);
    assertThat(result.sites())
        .allSatisfy(check -> assertThat(check.gateMean().getAsDouble()).isEqualTo(0.5));
  }

  @Test
  void aModelThatReadsTwoTextsIsComparedByAgreement() {
    Path path = folder().resolve("t5-script-eager.onnx");
    Path data = folder().resolve("t5-script-eager.npz");
    DataRequest request = new DataRequest(Optional.of(data), Optional.empty(), 2, 2, 16, 1);
    assertThat(DataSources.open(OnnxModel.load(path), request).task()).isEqualTo(Task.AGREEMENT);
  }
}

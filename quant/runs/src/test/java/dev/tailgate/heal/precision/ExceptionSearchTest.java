package dev.tailgate.heal.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.tailgate.data.ReferenceModel;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.heal.sensitivity.NoiseProxy;
import dev.tailgate.heal.sensitivity.TimeLimit;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.Placement;
import dev.tailgate.quant.placement.Precision;
import dev.tailgate.quant.placement.PrecisionRule;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.score.TrialRunner;
import dev.tailgate.result.PrecisionTrial;
import dev.tailgate.run.heal.OptFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExceptionSearchTest {
  @TempDir private static Path folder;
  private static OptFamily opt = null;

  @BeforeAll
  static void unpack() throws IOException {
    opt = OptFamily.unpack(folder, 32);
  }

  private static ExceptionSearch.Found search(
      Placement placement, double bound, ExceptionSearch.Kinds kinds, Optional<Duration> limit) {
    Calibrated base = opt.calibrated("w8a8", placement);
    NoiseProxy proxy =
        NoiseProxy.measure(base, opt.samples().open(opt.model()), ReferenceModel.CPU);
    try (TrialRunner trials =
        TrialRunner.open(
            opt.model(), opt.samples().open(opt.model()), ReferenceModel.CPU, RunProgress.SILENT)) {
      return ExceptionSearch.run(
          base,
          trials,
          bound,
          proxy::ratio,
          kinds,
          opt.context(),
          TimeLimit.of(limit),
          RunProgress.SILENT);
    }
  }

  @ParameterizedTest
  @EnumSource(value = Placement.class)
  void floatsThatKeepABoundAreFewAndTheRestCostsMoreBits(Placement placement) {
    ExceptionSearch.Kinds floats = new ExceptionSearch.Kinds(List.of(), true);
    ExceptionSearch.Found found = search(placement, 0.1, floats, Optional.empty());
    assertThat(found.result().reached()).isTrue();
    assertThat(found.result().chosen().holds()).isTrue();
    assertThat(found.exceptions().exclude().size()).isLessThan(found.result().places() / 2);
    List<PrecisionTrial> curve = found.result().curve();
    for (int i = 1; i < curve.size(); i++) {
      assertThat(curve.get(i).cost()).isGreaterThanOrEqualTo(curve.get(i - 1).cost());
    }
    // A bisection and what is given back, not a run for each place.
    assertThat(found.result().evaluations()).isLessThan(40);
  }

  @Test
  void aGenerousBoundNeedsNoExceptions() {
    ExceptionSearch.Found found =
        search(Placement.PAPERS, 100, ExceptionSearch.Kinds.ALL, Optional.empty());
    assertThat(found.exceptions().isEmpty()).isTrue();
    assertThat(found.result().evaluations()).isEqualTo(1);
  }

  @Test
  void aBoundThatNoAllowedKindKeepsGivesTheBestAndSaysSo() {
    ExceptionSearch.Kinds channels =
        new ExceptionSearch.Kinds(List.of(Precision.PER_CHANNEL), false);
    ExceptionSearch.Found found = search(Placement.PAPERS, 1e-6, channels, Optional.empty());
    assertThat(found.result().reached()).isFalse();
    assertThat(found.result().chosen().damage().delta()).isPresent();
  }

  /** What was searched must be what the flags then do. */
  @ParameterizedTest
  @EnumSource(value = Placement.class)
  void exceptionsQuantizeWhatTheSettingsWithThemDo(Placement placement) {
    Calibrated base = opt.calibrated("w8a8", placement);
    GridsByPrecision grids =
        GridsByPrecision.calibrate(base, List.of(Precision.values()), opt.context());
    String tensor = opt.lastFeedForward();
    String read =
        base.activations().stream().filter(p -> p.layer() == 1).findFirst().orElseThrow().tensor();
    Exceptions exceptions =
        new Exceptions(
            List.of(placement == Placement.PAPERS ? "name:" + tensor : "name:" + opt.lastProduct()),
            List.of(
                PrecisionRule.parse("name:" + read + "=a16"),
                PrecisionRule.parse("name:*=per-channel")));
    QuantizationSettings settings = exceptions.applyTo(base.plan().settings());
    Calibrated made = Calibrated.of(base.plan().with(settings), opt.context());
    Map<String, Quantizer> searched = byUses(grids.with(exceptions));
    Map<String, Quantizer> asked = byUses(made.quantizers());
    assertThat(searched.keySet()).isEqualTo(asked.keySet());
    searched.forEach(
        (point, quantizer) -> {
          QuantParams one = ((Quantizer.Fixed) quantizer).params();
          QuantParams other = ((Quantizer.Fixed) Objects.requireNonNull(asked.get(point))).params();
          assertThat(one.layout()).as(point).isEqualTo(other.layout());
          assertThat(one.format()).as(point).isEqualTo(other.format());
          // The settings calibrate behind weights that are rounded per channel, the search once
          // behind
          // those of the plain scheme.
          assertThat((double) one.largestScale())
              .as(point)
              .isCloseTo(other.largestScale(), withinPercentage(5));
        });
  }

  /** Weights keep their place whoever plans them; of activations the readers count. */
  private static Map<String, Quantizer> byUses(Map<QuantPoint, Quantizer> quantizers) {
    Map<String, Quantizer> result = new HashMap<>();
    quantizers.forEach((point, q) -> result.put(point.tensor() + point.uses(), q));
    return result;
  }

  @Test
  void exceptionsThatChooseNothingAreRefused() {
    QuantizationSettings settings =
        new Exceptions(List.of(), List.of(PrecisionRule.parse("name:*nothing*=a16")))
            .applyTo(OptFamily.settings("w8a8", Placement.PAPERS));
    assertThatThrownBy(
            () ->
                Calibrated.of(
                    opt.calibrated("w8a8", Placement.PAPERS).plan().with(settings), opt.context()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("name:*nothing*");
  }

  @Test
  void aFileGivesBackWhatWasWritten() throws IOException {
    Path file = folder.resolve("exceptions.json");
    Exceptions exceptions =
        new Exceptions(
            List.of("name:/a b\"/it's", "op:Gemm"),
            List.of(PrecisionRule.parse("role:ffn_act=per-token")));
    ExceptionsFile.write(exceptions, file);
    Exceptions read = ExceptionsFile.read(file);
    assertThat(read.exclude()).isEqualTo(exceptions.exclude());
    assertThat(read.ruleTexts()).isEqualTo(exceptions.ruleTexts());
  }

  @Test
  void filesThatAreNoneAreRefusedInASentence() throws IOException {
    for (String text :
        List.of(
            "",
            "[]",
            "{}",
            "{\"tailgate_exceptions\": 1, \"exclude\": \"op:Gemm\"}",
            "{\"tailgate_exceptions\": 1, \"exclude\": [\"Gemm\"]}",
            "{\"tailgate_exceptions\": 1, \"except\": [\"op:Gemm=a7\"]}",
            "{\"tailgate_exceptions\": 1")) {
      Path file = folder.resolve("bad.json");
      Files.writeString(file, text);
      assertThatThrownBy(() -> ExceptionsFile.read(file))
          .as(text)
          .isInstanceOf(DataException.class)
          .hasMessageContaining("bad.json");
    }
  }
}

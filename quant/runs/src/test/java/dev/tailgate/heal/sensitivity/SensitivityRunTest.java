package dev.tailgate.heal.sensitivity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.Batch;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.placement.Placement;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.score.TrialRunner;
import dev.tailgate.result.Damage;
import dev.tailgate.result.SensitivityResult;
import dev.tailgate.result.SensitivityRow;
import dev.tailgate.run.heal.OptFamily;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SensitivityRunTest {
  @TempDir private static Path folder;
  private static OptFamily opt = null;
  private static Calibrated calibrated = null;

  @BeforeAll
  static void calibrate() throws IOException {
    opt = OptFamily.unpack(folder, 16);
    calibrated = opt.calibrated("w8a8", Placement.PAPERS);
  }

  private static SensitivityResult run(TimeLimit limit, Consumer<SensitivityResult> listener) {
    NoiseProxy proxy =
        NoiseProxy.measure(calibrated, opt.samples().open(opt.model()), ReferenceModel.CPU);
    try (TrialRunner trials =
        TrialRunner.open(
            opt.model(), opt.samples().open(opt.model()), ReferenceModel.CPU, RunProgress.SILENT)) {
      Damage all = trials.run(calibrated.simulated()).against(trials.original());
      return SensitivityRun.run(
          calibrated, trials, proxy, all, limit, ReferenceModel.CPU, RunProgress.SILENT, listener);
    }
  }

  @Test
  void theLastResidualSumIsTheWorstTensorAndEachRunIsHeard() {
    List<SensitivityResult> heard = new ArrayList<>();
    SensitivityResult result = run(TimeLimit.of(Optional.empty()), heard::add);
    assertThat(result.complete()).isTrue();
    assertThat(heard).hasSize(result.evaluations() - 1);
    List<String> worst =
        result.rows().stream()
            .filter(row -> row.level().equals("tap"))
            .sorted(Comparator.comparingDouble(row -> row.alone().orElseThrow().sqnr()))
            .limit(2)
            .flatMap(row -> row.tensors().stream())
            .toList();
    // Both hold the outliers, by which the decoder drowns what its last attention could not leave
    // out.
    assertThat(worst).containsExactlyInAnyOrder(opt.lastFeedForward(), opt.lastSum());
    SensitivityResult.ProxyFit taps = result.proxies().get(2);
    assertThat(taps.spearman().value()).isGreaterThan(0.5);
    assertThat(taps.spearman().low()).isLessThan(taps.spearman().value());
  }

  @Test
  void partsOfALevelHoldEveryPointOnce() {
    Set<QuantPoint> points = calibrated.quantizers().keySet();
    List<Part> parts = Parts.of(calibrated.plan().map(), points);
    for (Part.Level level : Part.Level.values()) {
      List<QuantPoint> members =
          parts.stream()
              .filter(p -> p.level() == level && p.kind() == Part.Kind.BOTH)
              .flatMap(p -> p.points().stream())
              .toList();
      assertThat(members).as(level.label()).containsExactlyInAnyOrderElementsOf(points);
    }
  }

  @Test
  void whatATimeLimitCutsOffIsMissingAndSaidSo() {
    List<SensitivityResult> heard = new ArrayList<>();
    SensitivityResult result = run(TimeLimit.of(Optional.of(Duration.ZERO)), heard::add);
    assertThat(result.complete()).isFalse();
    assertThat(result.rows()).isNotEmpty().allMatch(row -> row.alone().isEmpty());
    assertThat(result.rows()).anyMatch(row -> row.proxy().isPresent());
    assertThat(result.rows()).extracting(SensitivityRow::level).contains("layer", "site", "tap");
  }

  @Test
  void theLimitIsLookedAtBeforeEveryRun() {
    List<SensitivityResult> heard = new ArrayList<>();
    AtomicLong now = new AtomicLong();
    TimeLimit untilTheThird = TimeLimit.of(Optional.of(Duration.ofHours(1)), now::get);
    SensitivityResult result =
        run(
            untilTheThird,
            soFar -> {
              heard.add(soFar);
              if (heard.size() == 3) {
                now.set(Duration.ofHours(1).toNanos());
              }
            });
    assertThat(result.complete()).isFalse();
    assertThat(heard).hasSize(3);
    assertThat(result.evaluations()).isEqualTo(4);
  }

  @Test
  void theNoiseOfAnActivationIsThatOfItsRoundedValues() {
    NoiseProxy proxy =
        NoiseProxy.measure(calibrated, opt.samples().open(opt.model()), ReferenceModel.CPU);
    QuantPoint.Activation point =
        calibrated.activations().stream()
            .filter(p -> p.tensor().equals(opt.lastFeedForward()))
            .findFirst()
            .orElseThrow();
    Quantizer quantizer = Objects.requireNonNull(calibrated.quantizers().get(point));
    QuantParams grid = ((Quantizer.Fixed) quantizer).params();
    double noise = 0;
    double signal = 0;
    try (ModelRunner runner =
        ModelRunner.open(opt.model().exposing(Set.of(point.tensor())), ReferenceModel.CPU)) {
      Iterator<Batch> batches = opt.samples().open(opt.model()).batches();
      while (batches.hasNext()) {
        float[] values =
            Objects.requireNonNull(
                    runner.run(batches.next().inputs(), Set.of(point.tensor())).get(point.tensor()))
                .toFloats();
        for (float x : values) {
          double error = grid.fakeQuant(x, 0) - (double) x;
          noise += error * error;
          signal += (double) x * x;
        }
      }
    }
    // Float32 sums of some ten thousand terms inside the graph.
    assertThat(proxy.ratio(List.of(point)))
        .isCloseTo(noise / signal, within(1e-4 * noise / signal));
  }
}

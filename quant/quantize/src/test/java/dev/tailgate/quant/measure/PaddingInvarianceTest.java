package dev.tailgate.quant.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.FormatOptions;
import dev.tailgate.data.Padding;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.data.Shard;
import dev.tailgate.data.Task;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapRole;
import dev.tailgate.onnx.tap.TapTarget;
import dev.tailgate.onnx.tap.TokenLayout;
import dev.tailgate.quant.calibrate.RangeEstimator;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.plan.QuantizationRecords;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.score.TaskScorer;
import dev.tailgate.result.QuantizedPoint;
import dev.tailgate.stats.TapStatistics;
import dev.tailgate.stats.metric.RatioOfSums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is measured of a trained encoder does not depend on how sentences of 3 to 17 tokens are
 * batched and padded. Sums differ by the rounding of float32 only, whose order follows the shapes.
 */
class PaddingInvarianceTest {
  private static final int SAMPLES = 23;
  private static final int LENGTH = 40;
  private static final double BAR_PERCENT = 1e-2;

  @TempDir Path folder;
  private OnnxModel model;
  private Path data;

  @BeforeEach
  void write() throws IOException {
    model = OnnxModel.load(ReferenceModel.unpack("bert", "vanilla-1.onnx", folder));
    Random random = new Random(11);
    StringBuilder lines = new StringBuilder();
    for (int s = 0; s < SAMPLES; s++) {
      List<Integer> ids = random.ints(3 + random.nextInt(15), 1, 28).boxed().toList();
      String labels =
          ids.stream()
              .map(id -> random.nextInt(3) == 0 ? Integer.toString(id) : "-100")
              .collect(Collectors.joining(", "));
      lines.append(
          String.format(Locale.ROOT, "{\"input_ids\": %s, \"labels\": [%s]}%n", ids, labels));
    }
    data = Files.writeString(folder.resolve("x.jsonl"), lines);
  }

  private DataSource open(int batchSize, Padding padding) {
    return DataSources.open(
        model,
        new DataRequest(
            Optional.of(DataSpec.of(data)),
            Optional.empty(),
            100,
            batchSize,
            LENGTH,
            1,
            Optional.of(Task.MASKED_LM),
            Optional.empty(),
            Shard.WHOLE,
            FormatOptions.DEFAULT.with(Padding.SET, padding),
            DataRequest.Purpose.EVALUATION));
  }

  private record Measured(Map<String, TapStatistics> taps, TaskScorer scores) {}

  private Measured measure(DataSource source) {
    List<TapTarget> targets =
        ModelMap.of(model).taps().withRole(TapRole.BLOCK_OUT).stream()
            .map(Tap::tensor)
            .map(t -> new TapTarget(t, ElementType.FLOAT, 3, new TokenLayout.Axis(1), true))
            .toList();
    assertThat(targets).isNotEmpty();
    TaskScorer scorer = TaskScorer.of(Task.MASKED_LM, ModelOutputs.of(model.graph()));
    try (TapRun run =
        TapRun.open(model, targets, source.hasPadding(), t -> false, ReferenceModel.CPU)) {
      for (Iterator<Batch> batches = source.batches(); batches.hasNext(); ) {
        Batch batch = batches.next();
        scorer.accept(batch, run.accept(batch, Set.of("logits")));
      }
      return new Measured(run.statistics(), scorer);
    }
  }

  private static void assertAlike(Measured one, Measured other) {
    one.taps()
        .forEach(
            (tensor, statistics) -> {
              TapStatistics.Snapshot a = statistics.snapshot();
              TapStatistics.Snapshot b = other.taps().get(tensor).snapshot();
              assertThat(b.rows()).isEqualTo(a.rows()).isEqualTo(SAMPLES);
              assertThat(b.elements()).isEqualTo(a.elements());
              assertThat(b.kurtosis()).isCloseTo(a.kurtosis(), withinPercentage(BAR_PERCENT));
              assertThat(b.maxInfNorm()).isCloseTo(a.maxInfNorm(), withinPercentage(BAR_PERCENT));
              assertThat(b.absMax()).isCloseTo(a.absMax(), withinPercentage(BAR_PERCENT));
              assertThat(b.absMaxPlace()).isEqualTo(a.absMaxPlace());
            });
  }

  private static List<Double> losses(Measured measured) {
    return ((RatioOfSums) measured.scores().metrics().get(1)).numerators();
  }

  @Test
  void statisticsAreThoseOfOneLengthForAll() {
    Measured whole = measure(open(4, Padding.LENGTH));
    assertAlike(whole, measure(open(4, Padding.BATCH)));
    assertAlike(whole, measure(open(7, Padding.BATCH)));
    // One at a time there is no padding.
    assertAlike(whole, measure(open(1, Padding.BATCH)));
  }

  @Test
  void theScoreOfASampleStandsInItsPlaceWhateverRanBesideIt() {
    List<Double> alone = losses(measure(open(1, Padding.BATCH)));
    assertThat(alone).hasSize(SAMPLES).doesNotHaveDuplicates();
    for (int batch : List.of(2, 5, 23)) {
      List<Double> together = losses(measure(open(batch, Padding.BATCH)));
      for (int s = 0; s < SAMPLES; s++) {
        assertThat(together.get(s)).isCloseTo(alone.get(s), within(1e-4));
      }
    }
  }

  @Test
  void perplexityOverBatchesIsThatOfSamplesInTheirOrder() {
    double sorted = measure(open(4, Padding.BATCH)).scores().metrics().get(0).value();
    double inOrder = measure(open(4, Padding.LENGTH)).scores().metrics().get(0).value();
    assertThat(sorted).isCloseTo(inOrder, withinPercentage(BAR_PERCENT));
  }

  @Test
  void rangesThatDoNotAverageOverBatchesAreThoseOfOneLengthForAll() {
    assertRangesAlike(new RangeEstimator.MinMax());
    // Its tails are made for the longest samples, wherever in the order they come.
    assertRangesAlike(new RangeEstimator.Percentile(99));
    assertRangesAlike(new RangeEstimator.Mse());
  }

  private void assertRangesAlike(RangeEstimator estimator) {
    List<QuantizedPoint> whole = ranges(open(4, Padding.LENGTH), estimator);
    List<QuantizedPoint> own = ranges(open(2, Padding.BATCH), estimator);
    assertThat(whole).hasSizeGreaterThan(10);
    IntStream.range(0, whole.size())
        .forEach(
            i -> {
              // Keys that are padding have probability 0, which moves a percentile of them.
              boolean hasKeys = whole.get(i).role().equals(TapRole.ATTN_PROBS.label());
              if (hasKeys && !(estimator instanceof RangeEstimator.MinMax)) {
                return;
              }
              double scale = whole.get(i).scale();
              assertThat(own.get(i).scale()).isCloseTo(scale, withinPercentage(BAR_PERCENT));
            });
  }

  private List<QuantizedPoint> ranges(DataSource source, RangeEstimator estimator) {
    CalibrationContext context =
        new CalibrationContext(m -> source, ReferenceModel.CPU, RunProgress.SILENT);
    QuantizationSettings settings = QuantizationSettings.DEPLOYED.with(estimator);
    Plan plan = Plan.of(ModelMap.of(model), settings);
    return QuantizationRecords.points(Calibrated.of(plan, context));
  }
}

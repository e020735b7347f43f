package dev.tailgate.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.DataSource;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapRole;
import dev.tailgate.onnx.tap.TokenLayout;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.scheme.TensorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationPassesTest {
  private static final TensorScheme SCHEME = TensorScheme.papersActivations(8);
  private static final List<RangeEstimator> ALL =
      RangeEstimator.LABELS.stream().map(label -> RangeEstimator.parse(label, 99)).toList();

  /** What a point takes besides its batch of 3 x 24 x width floats: mostly the histogram. */
  private static final long A_POINT = 200_000;

  @TempDir Path folder;
  private OnnxModel model;
  private DataSource data;
  private List<QuantPoint.Activation> points;

  @BeforeEach
  void open() throws IOException {
    model = ReferenceModel.vanilla(folder);
    data = ReferenceModel.madeUp(model, 12, 3, 24);
    points = new ArrayList<>();
    for (Tap tap : ReferenceModel.taps(model).withRole(TapRole.FFN_OUT)) {
      points.add(
          new QuantPoint.Activation(
              tap.tensor(),
              "ffn_out",
              tap.layer(),
              ElementType.FLOAT,
              3,
              new TokenLayout.Axis(1),
              model.graph().uses(tap.tensor())));
    }
  }

  private CalibrationResult run(CalibrationSettings settings, LongConsumer progress) {
    return new RangeCalibrator(settings, ReferenceModel.CPU)
        .run(ModelMap.of(model), points, Map.of(), data, 4, progress);
  }

  private static CalibrationSettings limited(boolean sequential, long bytes) {
    return new CalibrationSettings(
        ALL, sequential, SCHEME, OptionalLong.of(bytes), Optional.empty());
  }

  private CalibrationSettings kept(String of, boolean sequential, boolean resume) {
    Path file = folder.resolve("state");
    return new CalibrationSettings(
        ALL,
        sequential,
        SCHEME,
        OptionalLong.of(2 * A_POINT),
        Optional.of(new CalibrationSettings.StateFile(file, of, resume, 0)));
  }

  @Test
  void aMemoryLimitMeansMorePassesAndTheSameRanges() {
    CalibrationResult one = run(CalibrationSettings.of(ALL, false, SCHEME), done -> {});
    CalibrationResult several = run(limited(false, 2 * A_POINT), done -> {});
    assertThat(one.passes()).isEqualTo(1);
    assertThat(several.passes()).isEqualTo((points.size() + 1) / 2);
    assertThat(several.ranges()).isEqualTo(one.ranges());
    assertThat(several.batches()).isEqualTo(4);
  }

  /** Later passes see the earlier points quantized with their final ranges. */
  @Test
  void sequentialPassesGiveOtherRangesBehindTheFirstOnly() {
    CalibrationResult clean = run(CalibrationSettings.of(ALL, false, SCHEME), done -> {});
    CalibrationResult passes = run(limited(true, A_POINT), done -> {});
    assertThat(passes.passes()).isEqualTo(points.size());
    for (RangeEstimator estimator : ALL) {
      Map<QuantPoint.Activation, ?> floats = clean.ranges().getOrDefault(estimator, Map.of());
      Map<QuantPoint.Activation, ?> rounded = passes.ranges().getOrDefault(estimator, Map.of());
      assertThat(rounded.get(points.get(0))).isEqualTo(floats.get(points.get(0)));
      assertThat(rounded.get(points.get(2))).isNotEqualTo(floats.get(points.get(2)));
    }
  }

  @Test
  void aLimitBelowOneTensorIsRefusedByName() {
    assertThatThrownBy(() -> run(limited(false, 1000), done -> {}))
        .isInstanceOf(CalibrationException.class)
        .hasMessageContaining("1000 bytes")
        .hasMessageContaining(points.get(0).tensor());
  }

  /** Stops the calibration as a signal would, after so many batches in all. */
  private static LongConsumer stopAfter(int batches) {
    int[] heard = {0};
    return done -> {
      if (++heard[0] == batches) {
        throw new IllegalStateException("interrupted");
      }
    };
  }

  @Test
  void anInterruptedCalibrationGoesOnToTheSameBits() {
    for (boolean sequential : new boolean[] {false, true}) {
      CalibrationResult whole = run(limited(sequential, 2 * A_POINT), done -> {});
      for (int stop = 1; stop <= 7; stop += 2) {
        LongConsumer interruption = stopAfter(stop);
        assertThatThrownBy(() -> run(kept("data", sequential, false), interruption))
            .hasMessage("interrupted");
        int[] more = {0};
        CalibrationResult resumed = run(kept("data", sequential, true), done -> more[0]++);
        assertThat(resumed).isEqualTo(whole);
        assertThat(more[0]).isEqualTo(4 * whole.passes() - stop);
        assertThat(folder.resolve("state")).doesNotExist();
      }
    }
  }

  @Test
  void aStateOfOtherDataOrSettingsIsRefused() {
    LongConsumer interruption = stopAfter(2);
    assertThatThrownBy(() -> run(kept("data", false, false), interruption));
    for (CalibrationSettings other :
        List.of(kept("other data", false, true), kept("data", true, true))) {
      assertThatThrownBy(() -> run(other, done -> {}))
          .isInstanceOf(CalibrationException.class)
          .hasMessageContaining("found another calibration");
    }
  }

  @Test
  void aDamagedStateIsRefusedWhereverItIsDamaged() throws IOException {
    LongConsumer interruption = stopAfter(2);
    assertThatThrownBy(() -> run(kept("data", false, false), interruption));
    Path file = folder.resolve("state");
    byte[] sound = Files.readAllBytes(file);
    for (int at : new int[] {0, 20, 60, sound.length / 2, sound.length - 1}) {
      byte[] damaged = sound.clone();
      damaged[at] ^= 1;
      Files.write(file, damaged);
      assertThatThrownBy(() -> run(kept("data", false, true), done -> {}))
          .isInstanceOf(CalibrationException.class)
          .hasMessageContaining("Begin anew");
    }
    Files.write(file, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> run(kept("data", false, true), done -> {}))
        .isInstanceOf(CalibrationException.class);
  }

  @Test
  void withoutAFileResumingBegins() {
    CalibrationResult result = run(kept("data", false, true), done -> {});
    assertThat(result.batches()).isEqualTo(4);
    assertThat(folder.resolve("state")).doesNotExist();
  }
}

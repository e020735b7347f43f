package dev.tailgate.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.train.checkpoint.CheckpointException;
import dev.tailgate.train.checkpoint.LoopState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLoopTest {
  @TempDir private Path folder;

  /** Ends a training when a step is done. */
  private static RunProgress until(long step) {
    return new RunProgress() {
      private boolean ended;

      @Override
      public void at(String stage, long done, long total) {
        ended |= stage.equals("training") && done >= step;
      }

      @Override
      public boolean cancelled() {
        return ended;
      }
    };
  }

  private static Map<String, ByteBuffer> weights(OnnxModel model) {
    Map<String, ByteBuffer> weights = new LinkedHashMap<>();
    for (ConstantTensor tensor : model.graph().initializers().values()) {
      weights.put(
          tensor.name(), tensor.data().read(0, Math.toIntExact(tensor.data().byteLength())));
    }
    return weights;
  }

  private Training training(long steps) {
    return SmallTraining.training(folder, steps, Optional.empty());
  }

  private Training training(long steps, boolean resume) {
    return SmallTraining.training(
        folder, steps, Optional.of(new Training.Checkpoints(folder.resolve("run"), resume)));
  }

  private static List<Double> losses(Trained trained) {
    return trained.record().state().points().stream().map(LoopState.Point::loss).toList();
  }

  @Test
  void learnsAndTakesTheBestWeights() {
    try (Trained trained = TrainingLoop.run(training(120), RunProgress.SILENT)) {
      List<Double> losses = losses(trained);
      assertThat(losses).hasSize(120);
      double first = losses.subList(0, 10).stream().mapToDouble(x -> x).sum();
      double last = losses.subList(110, 120).stream().mapToDouble(x -> x).sum();
      assertThat(last).isLessThan(first / 4);
      List<LoopState.HeldOut> scores = trained.record().state().scores();
      assertThat(scores.stream().map(LoopState.HeldOut::step))
          .containsExactly(0L, 10L, 20L, 30L, 40L, 50L, 60L, 70L, 80L, 90L, 100L, 110L, 120L);
      double best = scores.stream().mapToDouble(LoopState.HeldOut::score).min().orElseThrow();
      assertThat(scores).anyMatch(s -> s.step() == trained.record().chosen() && s.score() == best);
      assertThat(best).isLessThan(scores.get(0).score() / 2);
      assertThat(trained.model().opset()).isEqualTo(18);
      assertThat(weights(trained.model())).isNotEqualTo(weights(SmallTraining.model(18)));
    }
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    try (Trained one = TrainingLoop.run(training(30), RunProgress.SILENT);
        Trained other = TrainingLoop.run(training(30), RunProgress.SILENT)) {
      assertThat(weights(one.model())).isEqualTo(weights(other.model()));
      assertThat(losses(one)).isEqualTo(losses(other));
    }
  }

  @Test
  void goesOnBitForBitWhereverItWasStopped() {
    Map<String, ByteBuffer> expected;
    List<Double> losses;
    List<LoopState.HeldOut> scores;
    try (Trained whole = TrainingLoop.run(training(40), RunProgress.SILENT)) {
      expected = weights(whole.model());
      losses = losses(whole);
      scores = whole.record().state().scores();
    }
    for (long stop : new long[] {1, 9, 10, 11, 23, 39}) {
      assertThatThrownBy(() -> TrainingLoop.run(training(40, true), until(stop)))
          .isInstanceOf(CancellationException.class);
    }
    try (Trained resumed = TrainingLoop.run(training(40, true), RunProgress.SILENT)) {
      assertThat(weights(resumed.model())).isEqualTo(expected);
      assertThat(losses(resumed)).isEqualTo(losses);
      assertThat(resumed.record().state().scores()).isEqualTo(scores);
      resumed.removeCheckpoints();
    }
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void refusesACheckpointOfAnotherTrainingAndSaysWhatDiffers() throws IOException {
    assertThatThrownBy(() -> TrainingLoop.run(training(40, false), until(8)))
        .isInstanceOf(CancellationException.class);
    assertThatThrownBy(() -> TrainingLoop.run(training(40, false), RunProgress.SILENT))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("--resume");
    assertThatThrownBy(() -> TrainingLoop.run(training(41, true), RunProgress.SILENT))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("schedule:", "steps=41", "steps=40");
    Path file = folder.resolve("run/checkpoint.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> TrainingLoop.run(training(40, true), RunProgress.SILENT))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("checksum");
  }
}

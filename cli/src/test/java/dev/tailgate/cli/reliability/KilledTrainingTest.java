package dev.tailgate.cli.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.cli.reference.ReferenceFamily;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training that is killed again and again, at random instants, by SIGKILL and SIGTERM in turn,
 * and gone on from each time: its weights are in the end those of a training that was not, bit for
 * bit. With {@code -Dkills=N} and {@code -Dseed=S}.
 */
@Tag("reliability")
class KilledTrainingTest {
  private static final int KILLS = Integer.getInteger("kills", 20);
  private static final long SEED = Long.getLong("seed", 20);
  private static final int LEAST_MILLIS = 1500;
  private static final int MOST_MILLIS = 7000;

  @TempDir private Path home;

  private static List<String> command(String out) {
    return List.of(
        "train",
        "m.onnx",
        "--data=d.npz",
        "--steps=" + Integer.getInteger("steps", 3000),
        "--lr=3e-4",
        "--eval-every=200",
        "--checkpoint-every=25",
        "--threads=1",
        "--resume",
        "-o=" + out,
        "--out=report-" + out);
  }

  private static Map<String, ByteBuffer> weights(Path file) {
    Map<String, ByteBuffer> weights = new LinkedHashMap<>();
    for (ConstantTensor tensor : OnnxModel.load(file).graph().initializers().values()) {
      weights.put(
          tensor.name(), tensor.data().read(0, Math.toIntExact(tensor.data().byteLength())));
    }
    return weights;
  }

  @Test
  void endsWithTheSameBits() throws IOException, InterruptedException {
    CommandProcess process = new CommandProcess(home);
    ReferenceFamily.Unpacked files = ReferenceFamily.OPT.unpack(home.resolve("models"));
    Files.copy(files.model("vanilla", 1), process.work().resolve("m.onnx"));
    Files.copy(files.heldOut(), process.work().resolve("d.npz"));
    assertThat(process.run(command("whole.onnx"))).as(process.log()).isZero();
    Random random = new Random(SEED);
    List<String> command = command("killed.onnx");
    Path checkpoint = process.work().resolve("killed.onnx.checkpoint/checkpoint.safetensors");
    List<String> kills = new ArrayList<>();
    while (kills.size() < KILLS) {
      Process child = process.start(command);
      Thread.sleep(LEAST_MILLIS + random.nextInt(MOST_MILLIS - LEAST_MILLIS));
      boolean isKill = kills.size() % 2 == 0;
      boolean wasAlive = child.isAlive();
      if (isKill) {
        child.destroyForcibly();
      } else {
        child.destroy();
      }
      child.waitFor();
      assertThat(wasAlive).as("the training is to be longer than all kills: -Dsteps").isTrue();
      kills.add((isKill ? "KILL" : "TERM") + (Files.exists(checkpoint) ? "" : " before any"));
    }
    assertThat(process.run(command)).as(process.log()).isZero();
    assertThat(weights(process.work().resolve("killed.onnx")))
        .isEqualTo(weights(process.work().resolve("whole.onnx")));
    assertThat(process.work().resolve("killed.onnx.checkpoint")).doesNotExist();
    assertThat(process.unfinished()).isEmpty();
    System.out.printf(Locale.ROOT, "KILLED TRAINING | %d kills | %s%n", kills.size(), kills);
  }
}

package dev.tailgate.quant.calibrate;

import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.FileStamp;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What a calibration state belongs to: graph and file of the model, data, settings, points, grids
 * of weights. Weights are known by size and time of their file, as everywhere.
 */
final class Fingerprint {
  private final MessageDigest digest;

  private Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  static byte[] of(
      CalibrationRun.Work work, CalibrationSettings settings, String data, RunnerOptions options) {
    Fingerprint print = new Fingerprint();
    print.digest.update(work.model().toSessionBytes());
    work.model().path().map(FileStamp::of).ifPresent(s -> print.add(s.size(), s.modifiedNanos()));
    print.add(data, work.data().samples(), work.data().hasPadding(), work.batches());
    print.add(settings.estimators(), settings.sequential(), settings.memoryLimit());
    print.add(settings.scheme(), options.provider().label());
    for (QuantPoint.Activation p : work.points()) {
      print.add(p.tensor(), p.type().label(), p.rank(), p.tokens(), p.uses().size());
    }
    work.weights().forEach((point, grid) -> print.add(point.tensor(), gridOf(grid)));
    return print.digest.digest();
  }

  private static Object gridOf(Quantizer grid) {
    return grid instanceof Quantizer.Fixed fixed
        ? fixed.params() + " " + fixed.params().hashCode()
        : grid;
  }

  private void add(Object... parts) {
    for (Object part : parts) {
      digest.update(part.toString().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
    }
  }
}

package dev.tailgate.run.quantize;

import dev.tailgate.data.Amount;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.file.WorkFolder;
import dev.tailgate.quant.encodings.Encodings;
import dev.tailgate.quant.encodings.EncodingsFile;
import dev.tailgate.quant.encodings.EncodingsFormat;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.plan.QuantizationSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A quantization on grids that a model was trained on.
 *
 * @param settings that the training had, too
 * @param samples a few of which show that the result runs
 * @param options where and how models run
 */
public record OnGrids(QuantizationSettings settings, Samples samples, RunnerOptions options) {
  private static final int FEW = 32;

  /**
   * Writes the deployable model of {@code trained} to {@code out}.
   *
   * @throws dev.tailgate.onnx.ir.ModelException for a model that cannot be quantized or written
   */
  public QuantizeOutcome write(Path trained, Path out, Encodings encodings, RunProgress progress) {
    try (WorkFolder work = WorkFolder.near(out)) {
      Path grids = work.path().resolve("encodings.json");
      EncodingsFile.write(encodings, EncodingsFormat.TAILGATE, grids);
      return QuantizeRun.run(
          new QuantizeRequest(
              trained,
              out,
              settings,
              QuantizeRequest.OutputForm.QDQ,
              Optional.of(grids),
              Optional.empty(),
              samples.with(Amount.of(FEW)),
              options),
          progress);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing grids to quantize with", e);
    }
  }
}

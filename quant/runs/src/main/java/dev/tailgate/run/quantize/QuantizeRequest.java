package dev.tailgate.run.quantize;

import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.quant.encodings.EncodingsFormat;
import dev.tailgate.quant.plan.QuantizationSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A quantization from file to file.
 *
 * @param model the ONNX file
 * @param out the file to write
 * @param settings how
 * @param form how integer products are written
 * @param encodings grids to take instead of calibrating
 * @param export where to write the grids, for other tools
 * @param samples what ranges are found on and models compared on
 * @param options where and how models run
 */
public record QuantizeRequest(
    Path model,
    Path out,
    QuantizationSettings settings,
    OutputForm form,
    Optional<Path> encodings,
    Optional<Export> export,
    Samples samples,
    RunnerOptions options) {

  /** A file of encodings to write. */
  public record Export(Path file, EncodingsFormat format) {}

  /** How integer products are written. */
  public enum OutputForm {
    /** Standard operators between quantize and dequantize nodes; the runtime fuses them. */
    QDQ,
    /** The integer operators of ONNX Runtime themselves. */
    QOPERATOR;

    /** Spelling on the command line. */
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}

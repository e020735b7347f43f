package dev.tailgate.cli.command;

import dev.tailgate.quant.scheme.QuantScheme;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Training through quantizers. */
@SuppressWarnings("NullAway.Init") // picocli fills the field
final class QatOption {
  @Option(
      names = "--qat",
      paramLabel = "SCHEME",
      description = {
        "Train through quantizers of w8a8, w4a8 or another scheme of integers of at most 8 bits, with ranges"
            + " that are found before the first step. Of OUT NAME.onnx, which stays in floats, the"
            + " grids go to NAME.encodings.json and the deployable model on them to NAME.quantized.onnx."
            + " cure places quantizers as its audits do, which are in this scheme, too, unless --scheme says"
            + " otherwise. Default: none."
      })
  private Optional<String> scheme;

  /**
   * The scheme.
   *
   * @throws IllegalArgumentException for what is none
   */
  Optional<QuantScheme> scheme() {
    return scheme.map(QuantScheme::parse);
  }
}

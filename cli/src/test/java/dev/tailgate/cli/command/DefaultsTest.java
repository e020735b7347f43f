package dev.tailgate.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.run.audit.AuditRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A request from Java without further words asks for what the command does without options. */
class DefaultsTest {
  private final AuditRequest request = AuditRequest.of(Path.of("model.onnx"));

  @Test
  void quantizationIsThatOfTheCommand() {
    QuantOptions options = CommandLine.populateCommand(new QuantOptions());
    assertThat(request.quantization()).contains(options.settings(QuantOptions.AUDIT));
  }

  @Test
  void samplesAreThoseOfTheCommand() {
    assertThat(request.samples())
        .isEqualTo(CommandLine.populateCommand(new DataOptions()).request());
  }

  @Test
  void tapsAndDeviceAreThoseOfTheCommand() {
    assertThat(request.taps()).isEqualTo(CommandLine.populateCommand(new MeasureOptions()).taps());
    assertThat(request.options())
        .isEqualTo(CommandLine.populateCommand(new RunOptions()).options());
  }
}

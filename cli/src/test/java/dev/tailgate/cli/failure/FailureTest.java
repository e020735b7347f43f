package dev.tailgate.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.engine.ModelRunException;
import dev.tailgate.engine.RuntimeUnavailableException;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.quant.calibrate.CalibrationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailureTest {
  @Test
  void modelAndDataExceptionsKeepTheirSentence() {
    List<RuntimeException> exceptions =
        List.of(
            ModelException.doing("reading m.onnx").fix("Try again."),
            DataException.doing("reading d.npz").fix("Try again."),
            new CalibrationException("No range."),
            new ModelRunException("Refused.", new IllegalStateException()));
    assertThat(exceptions)
        .allSatisfy(
            e ->
                assertThat(Failure.of(e))
                    .isEqualTo(
                        new Failure(ExitCode.MODEL_OR_DATA, String.valueOf(e.getMessage()))));
  }

  @Test
  void fileErrorsSayWhatAndWhere() {
    IOException denied = new AccessDeniedException("/out/report.html");
    assertThat(Failure.of(denied))
        .isEqualTo(
            new Failure(ExitCode.MODEL_OR_DATA, "Failed: permission denied: /out/report.html."));
    assertThat(Failure.of(new UncheckedIOException(denied)).message())
        .isEqualTo("Failed: permission denied: /out/report.html.");
    assertThat(Failure.of(new UncheckedIOException("Reading weights", denied)).message())
        .isEqualTo("Reading weights: permission denied: /out/report.html.");
    assertThat(
            Failure.of(new UncheckedIOException("Reading x", new MalformedInputException(1)))
                .message())
        .isEqualTo("Reading x: expected UTF-8, found bytes that are none.");
  }

  @Test
  void missingEnvironmentIsNotAModelError() {
    assertThat(Failure.of(new RuntimeUnavailableException("No CUDA.", new Exception())).code())
        .isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(Failure.of(new UnsatisfiedLinkError("libc")).code()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(Failure.of(new OutOfMemoryError("Java heap space")).code())
        .isEqualTo(ExitCode.ENVIRONMENT);
  }

  @Test
  void anythingElseIsABugAndSaysWhereToReportIt() {
    Failure bug = Failure.of(new IllegalStateException());
    assertThat(bug.code()).isEqualTo(ExitCode.BUG);
    assertThat(bug.message()).contains("IllegalStateException", "--debug", "CONTRIBUTING.md");
    assertThat(Failure.of(new NoClassDefFoundError("dev/tailgate/X")).code())
        .isEqualTo(ExitCode.BUG);
  }
}

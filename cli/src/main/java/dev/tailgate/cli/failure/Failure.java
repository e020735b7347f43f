package dev.tailgate.cli.failure;

import dev.tailgate.engine.ModelRunException;
import dev.tailgate.engine.RuntimeUnavailableException;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.quant.calibrate.CalibrationException;
import dev.tailgate.result.gate.GateRulesException;
import dev.tailgate.result.json.ResultFormatException;
import dev.tailgate.train.checkpoint.CheckpointException;
import dev.tailgate.train.loop.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/**
 * An exception as the user meets it: an exit code and a message. This is the only place that knows
 * which exception means what.
 */
public record Failure(ExitCode code, String message) {
  /** Reads {@code thrown}. Anything not expected here is a bug, and says so. */
  public static Failure of(Throwable thrown) {
    if (thrown instanceof ModelException
        || thrown instanceof ModelRunException
        || thrown instanceof CalibrationException
        || thrown instanceof DataException
        || thrown instanceof TrainingException
        || thrown instanceof CheckpointException
        || thrown instanceof ResultFormatException
        || thrown instanceof GateRulesException) {
      return new Failure(ExitCode.MODEL_OR_DATA, sentence(thrown));
    }
    if (thrown instanceof UncheckedIOException unchecked) {
      return new Failure(ExitCode.MODEL_OR_DATA, ioSentence(unchecked));
    }
    if (thrown instanceof IOException io) {
      return new Failure(ExitCode.MODEL_OR_DATA, "Failed: " + reason(io) + ".");
    }
    if (thrown instanceof RuntimeUnavailableException) {
      return new Failure(ExitCode.ENVIRONMENT, sentence(thrown));
    }
    if (thrown instanceof OutOfMemoryError) {
      return new Failure(
          ExitCode.ENVIRONMENT,
          "Out of memory: "
              + sentence(thrown)
              + ". Lower --batch-size or --samples, or give Java more with"
              + " TAILGATE_JAVA_OPTS=-Xmx4g.");
    }
    if (missesNativeCode(thrown)) {
      return new Failure(
          ExitCode.ENVIRONMENT,
          "Failed loading native code: "
              + sentence(thrown)
              + ". Tailgate runs where ONNX Runtime does: 64-bit Linux with glibc, macOS, Windows.");
    }
    return new Failure(
        ExitCode.BUG,
        "This is a bug in Tailgate: "
            + sentence(thrown)
            + "\nPlease report it with the output of the same command with --debug"
            + " (CONTRIBUTING.md says where).");
  }

  private static boolean missesNativeCode(Throwable thrown) {
    return thrown instanceof UnsatisfiedLinkError
        || (thrown instanceof ExceptionInInitializerError
            && thrown.getCause() instanceof UnsatisfiedLinkError);
  }

  private static String sentence(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null || message.isBlank() ? thrown.getClass().getSimpleName() : message;
  }

  private static String ioSentence(UncheckedIOException unchecked) {
    IOException cause = Objects.requireNonNull(unchecked.getCause());
    String message = sentence(unchecked);
    // The one-argument constructor repeats the cause's class name, which helps nobody.
    return message.equals(cause.toString())
        ? "Failed: " + reason(cause) + "."
        : message + ": " + reason(cause) + ".";
  }

  private static String reason(IOException io) {
    if (io instanceof NoSuchFileException missing) {
      return "no such file: " + missing.getFile();
    }
    if (io instanceof AccessDeniedException denied) {
      return "permission denied: " + denied.getFile();
    }
    if (io instanceof CharacterCodingException) {
      return "expected UTF-8, found bytes that are none";
    }
    if (io instanceof FileSystemException file && file.getReason() != null) {
      return file.getReason() + ": " + file.getFile();
    }
    return sentence(io);
  }
}

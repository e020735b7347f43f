package dev.tailgate.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The model a command reads and the one it writes, which is never the same file. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class FileOptions {
  @Parameters(paramLabel = "MODEL", description = "An ONNX file.")
  private Path model;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "OUT",
      description = "The ONNX file to write.")
  private Path out;

  Path model() {
    return model;
  }

  Path out() {
    return out;
  }

  /** Refuses to write over what is read, by whatever name. */
  void refuseSame(CommandLine command) {
    refuseSame(command, model, out);
  }

  /** The same for files that were named in another way. */
  static void refuseSame(CommandLine command, Path model, Path out) {
    if (isSame(model, out)) {
      throw new ParameterException(
          command, "-o expects another file than MODEL, which it would replace");
    }
  }

  /** What cannot be read is told when it is read. */
  private static boolean isSame(Path model, Path out) {
    try {
      return Files.exists(out) && Files.exists(model) && Files.isSameFile(out, model);
    } catch (IOException e) {
      return false;
    }
  }
}

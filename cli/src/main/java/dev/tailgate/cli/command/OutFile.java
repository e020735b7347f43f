package dev.tailgate.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps a command from writing over what it reads. */
final class OutFile {
  private OutFile() {}

  /** Whether both are one file, by whatever name; what cannot be read is told when it is read. */
  static boolean isSame(Path out, Path model) {
    try {
      return Files.exists(out) && Files.exists(model) && Files.isSameFile(out, model);
    } catch (IOException e) {
      return false;
    }
  }
}

package dev.tailgate.onnx.ir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The data files a model names. A model is untrusted input: a location may not be absolute, leave
 * the folder of the model, or reach outside it through a link. Each file is examined once.
 */
final class ExternalFiles {
  /** A data file as it was when the model was loaded. */
  record Located(Path file, FileStamp stamp) {}

  private final Path model;
  private final Map<String, Located> known = new ConcurrentHashMap<>();

  ExternalFiles(Path model) {
    this.model = model;
  }

  Path model() {
    return model;
  }

  /** Every data file the model was found to name. */
  Set<Path> located() {
    return known.values().stream().map(Located::file).collect(Collectors.toSet());
  }

  Located locate(String location, String where) {
    Located found = known.get(location);
    if (found == null) {
      found = examine(location, where);
      known.put(location, found);
    }
    return found;
  }

  private Located examine(String location, String where) {
    Path folder = ExternalData.folderOf(model);
    Path file;
    try {
      file = folder.resolve(location).normalize();
      if (location.isBlank() || Path.of(location).isAbsolute() || !file.startsWith(folder)) {
        throw outside("'" + location + "'", where);
      }
    } catch (InvalidPathException e) {
      throw outside("'" + location + "'", where);
    }
    if (!Files.isRegularFile(file)) {
      throw ModelException.doing("reading external data")
          .expected("a file " + Printable.of(location) + " beside the model")
          .found(Files.exists(file) ? "something that is not a file" : "none")
          .where(where)
          .fix("Copy the data file into the folder of the model, under the same name.");
    }
    try {
      if (!file.toRealPath().startsWith(folder.toRealPath())) {
        throw outside("'" + location + "', a link to another folder", where);
      }
      return new Located(file, FileStamp.of(file));
    } catch (IOException | UncheckedIOException e) {
      throw ModelException.doing("reading external data")
          .expected("a readable file " + Printable.of(location))
          .found(String.valueOf(e.getMessage()))
          .where(where)
          .fix("Check the file and its permissions.", e);
    }
  }

  private static ModelException outside(String found, String where) {
    return ModelException.doing("reading external data")
        .expected("a location inside the model's folder")
        .found(found)
        .where(where)
        .fix("Refused, since a model must not read other files; move the data beside the model.");
  }
}

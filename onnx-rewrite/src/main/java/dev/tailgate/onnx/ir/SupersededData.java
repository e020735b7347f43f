package dev.tailgate.onnx.ir;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Data files that a model about to be replaced refers to. They are removed once the new model is in
 * place, but only those named by our own scheme, and none that any other model file in the folder
 * refers to; a model there that cannot be read may refer to anything, so then nothing is removed.
 */
final class SupersededData {
  private final Path target;
  private final List<Path> candidates = new ArrayList<>();

  private SupersededData(Path target) {
    this.target = target;
  }

  /** To be called before {@code target} is replaced. */
  static SupersededData of(Path target) {
    SupersededData data = new SupersededData(target);
    Pattern ours =
        Pattern.compile(Pattern.quote(target.getFileName() + ".") + "([0-9a-f]{8}\\.)?data");
    try {
      if (Files.isRegularFile(target)) {
        for (Path file : filesOf(target)) {
          if (ours.matcher(String.valueOf(file.getFileName())).matches()) {
            data.candidates.add(file);
          }
        }
      }
    } catch (ModelException e) {
      // What is in place is not a model: it refers to nothing.
    }
    return data;
  }

  private static Set<Path> filesOf(Path model) {
    OnnxModel loaded = OnnxModel.load(model);
    ExternalFiles files = loaded.graph().files();
    return files == null ? Set.of() : files.located();
  }

  /** To be called after {@code target} was replaced by {@code saved}. */
  void remove(OnnxModel saved) {
    boolean overItself =
        saved.path().map(p -> p.toAbsolutePath().normalize().equals(target)).orElse(false);
    if (candidates.isEmpty()) {
      return;
    }
    try {
      Set<Path> needed = neededByOthers();
      ExternalFiles files = saved.graph().files();
      if (!overItself && files != null) {
        needed.addAll(files.located());
      }
      for (Path file : candidates) {
        if (!needed.contains(file)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | DirectoryIteratorException | ModelException e) {
      // The save is done; data that stays behind costs space, nothing else.
    }
  }

  private Set<Path> neededByOthers() throws IOException {
    Set<Path> needed = new HashSet<>();
    try (DirectoryStream<Path> models =
        Files.newDirectoryStream(ExternalData.folderOf(target), "*.onnx")) {
      for (Path model : models) {
        if (Files.isRegularFile(model)) {
          needed.addAll(filesOf(model));
        }
      }
    }
    return needed;
  }
}

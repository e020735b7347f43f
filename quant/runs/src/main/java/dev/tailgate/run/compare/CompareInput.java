package dev.tailgate.run.compare;

import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.compare.MethodRun;
import dev.tailgate.result.compare.RunLabels;
import dev.tailgate.result.json.ResultFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One input of the command line: {@code PATH} or {@code LABEL=PATH}.
 *
 * @param label what the result is to be called; empty to name it for its model file
 * @param path a model, a result file, or a folder with result files
 */
public record CompareInput(Optional<RunLabels.Label> label, Path path) {
  private static final Set<String> METHODS =
      Arrays.stream(Method.values()).map(Method::label).collect(Collectors.toUnmodifiableSet());

  /**
   * Reads an input. A path that exists as it is written is never taken apart.
   *
   * @throws IllegalArgumentException for a label of another form
   */
  public static CompareInput parse(String text) {
    int cut = text.indexOf('=');
    if (cut < 0 || Files.exists(Path.of(text))) {
      return new CompareInput(Optional.empty(), Path.of(text));
    }
    RunLabels.Label label =
        RunLabels.parse(text.substring(0, cut))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "expected [family/]method[@seed]=PATH, found '" + text + "'"));
    return new CompareInput(Optional.of(label), Path.of(text.substring(cut + 1)));
  }

  /** Whether it is a model, which has to be audited. */
  public boolean isModel() {
    return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT).endsWith(".onnx");
  }

  /** A result under its label. */
  public MethodRun named(RunResult result) {
    // The folder a model lies in is part of its name even where the user stands in it.
    MethodRun named =
        isModel()
            ? RunLabels.named(result, path.toAbsolutePath().normalize().toString(), METHODS)
            : RunLabels.named(result, METHODS);
    return label.map(l -> RunLabels.named(l, named)).orElse(named);
  }

  /**
   * The results in a file or a folder; a folder has {@code result.json} and those beside it.
   *
   * @throws DataException where a label stands for several
   */
  public List<MethodRun> read() {
    List<RunResult> results = ResultFiles.readAll(path);
    if (results.size() > 1 && label.isPresent()) {
      throw DataException.doing("reading " + path)
          .expected("one result for a label")
          .found(results.size() + " of them")
          .fix("Label the files of the folder one by one.");
    }
    return results.stream().map(this::named).toList();
  }
}

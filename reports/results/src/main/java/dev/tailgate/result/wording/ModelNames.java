package dev.tailgate.result.wording;

import dev.tailgate.result.RunResult;
import java.util.ArrayList;
import java.util.List;

/** Short names for models that stand side by side. */
public final class ModelNames {
  private ModelNames() {}

  /** File names, with the position added where two are the same. */
  public static List<String> of(List<RunResult> results) {
    List<String> files = results.stream().map(r -> r.model().fileName()).toList();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      String file = files.get(i);
      boolean twice = files.indexOf(file) != files.lastIndexOf(file);
      names.add(twice ? file + " (" + (i + 1) + ")" : file);
    }
    return List.copyOf(names);
  }
}

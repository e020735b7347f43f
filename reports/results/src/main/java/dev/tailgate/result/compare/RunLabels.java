package dev.tailgate.result.compare;

import dev.tailgate.result.RunResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Family, method and seed of results.
 *
 * <p>A model file called {@code METHOD.onnx} or {@code METHOD-SEED.onnx}, with the name of a
 * method, belongs to the family its folder is named for. Any other file is a method of its own, in
 * the family of those over the same samples, or else the one that the audit recognised.
 */
public final class RunLabels {
  private static final Pattern FILE = Pattern.compile("([a-z0-9_]+)(?:-(\\d{1,9}))?\\.onnx");
  private static final Pattern GIVEN = Pattern.compile("(?:([^/@]+)/)?([^/@]+)(?:@(\\d{1,9}))?");

  /**
   * A label from the command line.
   *
   * @param family empty to take it from the result
   * @param seed 1 where not said
   */
  public record Label(Optional<String> family, String method, int seed) {}

  private RunLabels() {}

  /** Reads {@code [family/]method[@seed]}; empty for anything else. */
  public static Optional<Label> parse(String text) {
    Matcher given = GIVEN.matcher(text);
    return given.matches()
        ? Optional.of(
            new Label(Optional.ofNullable(given.group(1)), given.group(2), seed(given.group(3))))
        : Optional.empty();
  }

  /** The result under a label; its family is that of the name where the label has none. */
  public static MethodRun named(Label label, MethodRun named) {
    return new MethodRun(
        label.family().orElse(named.family()), label.method(), label.seed(), named.result());
  }

  /**
   * The result under the name of its model file.
   *
   * @param methods the names of all methods
   */
  public static MethodRun named(RunResult result, Set<String> methods) {
    return named(result, result.model().path(), methods);
  }

  /** The result under the name of a model file that may say more than the result does. */
  public static MethodRun named(RunResult result, String path, Set<String> methods) {
    String file = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    Matcher known = FILE.matcher(file);
    if (!known.matches() || !methods.contains(known.group(1))) {
      String whole = result.model().fileName();
      String name = whole.endsWith(".onnx") ? whole.substring(0, whole.length() - 5) : whole;
      return new MethodRun(result.model().family(), name.isEmpty() ? whole : name, 1, result);
    }
    return new MethodRun(
        folder(path).orElse(result.model().family()), known.group(1), seed(known.group(2)), result);
  }

  /** Numbers methods of which the same seed is given twice: they are no seeds of one method. */
  static List<MethodRun> distinct(List<MethodRun> runs) {
    Set<String> taken = new HashSet<>();
    List<MethodRun> out = new ArrayList<>();
    for (MethodRun run : runs) {
      String method = run.method();
      for (int n = 2; !taken.add(key(run, method)); n++) {
        method = run.method() + " (" + n + ")";
      }
      out.add(run.named(method));
    }
    return List.copyOf(out);
  }

  /**
   * Gives runs whose family is only what the audit recognised the family of the first run that is
   * named for one and is over the same samples under the same conditions: a repaired model beside
   * those of its family belongs to them, wherever its file lies.
   */
  public static List<MethodRun> inFamilies(List<MethodRun> runs) {
    Map<String, String> named = new HashMap<>();
    for (MethodRun run : runs) {
      Conditions conditions = Conditions.of(run.result());
      if (!isRecognised(run) && conditions.dataSha256().isPresent()) {
        named.putIfAbsent(conditions.key(), run.family());
      }
    }
    return runs.stream()
        .map(
            run -> {
              String family =
                  isRecognised(run) ? named.get(Conditions.of(run.result()).key()) : null;
              return family == null ? run : run.in(family);
            })
        .toList();
  }

  private static boolean isRecognised(MethodRun run) {
    return run.family().equals(run.result().model().family());
  }

  private static String key(MethodRun run, String method) {
    String place = Conditions.of(run.result()).key() + "\n" + MethodRow.origin(run);
    return String.join("\n", run.family(), method, Integer.toString(run.seed()), place);
  }

  private static int seed(@Nullable String digits) {
    return digits == null ? 1 : Integer.parseInt(digits);
  }

  private static Optional<String> folder(String path) {
    String[] parts = path.replace('\\', '/').split("/", -1);
    String name = parts.length < 2 ? "" : parts[parts.length - 2];
    boolean isName = !name.isBlank() && !name.equals(".") && !name.equals("..");
    return isName ? Optional.of(name) : Optional.empty();
  }
}

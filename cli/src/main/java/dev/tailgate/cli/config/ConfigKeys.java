package dev.tailgate.cli.config;

import dev.tailgate.data.DataSpec;
import dev.tailgate.quant.placement.NearestNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Options as keys of a {@code tailgate.yaml}, and values as words of a command line. */
final class ConfigKeys {
  /** Of one run only: a file it writes, what it prints, a baseline it replaces. */
  private static final Set<String> OF_ONE_RUN =
      Set.of(
          "-o",
          "--help",
          "--version",
          "--no-config",
          "--debug",
          "--export-encodings",
          "--update-baseline");

  /** Runs code: what is found in a folder that was only looked at must not. */
  private static final Set<String> OF_COMMAND_LINE = Set.of("--custom-ops");

  private ConfigKeys() {}

  /** The options of {@code command} that may have a default in a file, by key. */
  static Map<String, OptionSpec> of(CommandSpec command) {
    Map<String, OptionSpec> keys = new LinkedHashMap<>();
    for (OptionSpec option : command.options()) {
      if (Arrays.stream(option.names())
          .noneMatch(name -> OF_ONE_RUN.contains(name) || OF_COMMAND_LINE.contains(name))) {
        keys.put(option.longestName().replaceFirst("^-+", ""), option);
      }
    }
    return keys;
  }

  /** Says what is wrong with a key that is none of {@code keys}. */
  static String unknown(String key, Set<String> keys) {
    if (OF_ONE_RUN.contains("--" + key) || OF_ONE_RUN.contains("-" + key)) {
      return "'" + key + "' is of one run: give it on the command line";
    }
    if (OF_COMMAND_LINE.contains("--" + key)) {
      return "'" + key + "' runs native code: give it on the command line";
    }
    List<String> near = NearestNames.to(key, keys, 3);
    return "unknown key '"
        + key
        + "'"
        + (near.isEmpty() ? "" : "; the nearest are " + String.join(", ", near));
  }

  /**
   * {@code setting} as words of a command line.
   *
   * @param folder what relative paths are relative to
   * @throws IllegalArgumentException for a value of another form than the option's
   */
  static List<String> words(OptionSpec option, Setting setting, Path folder) {
    String name = option.longestName();
    List<String> values = setting.values();
    if (option.arity().max() == 0) {
      return flag(option, setting);
    }
    if (option.arity().min() == 0 && values.equals(List.of("true"))) {
      return List.of(name);
    }
    if (!setting.isScalar() && !option.isMultiValue()) {
      throw new IllegalArgumentException("expected one value");
    }
    List<String> words = new ArrayList<>();
    values.forEach(value -> words.add(name + "=" + located(option, value, folder)));
    return words;
  }

  private static List<String> flag(OptionSpec option, Setting setting) {
    String name = option.longestName();
    boolean on = setting.values().equals(List.of("true"));
    if (!setting.isScalar() || (!on && !setting.values().equals(List.of("false")))) {
      throw new IllegalArgumentException("expected true or false");
    }
    if (on) {
      return List.of(name);
    }
    return option.negatable() ? List.of(name.replaceFirst("^--", "--no-")) : List.of();
  }

  private static String located(OptionSpec option, String value, Path folder) {
    List<Class<?>> types = new ArrayList<>(List.of(option.auxiliaryTypes()));
    types.add(option.type());
    boolean isPath =
        types.contains(Path.class)
            || (types.contains(DataSpec.class)
                && DataSpec.parse(value) instanceof DataSpec.FileSpec);
    return isPath ? folder.resolve(value).toString() : value;
  }
}

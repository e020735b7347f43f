package dev.tailgate.cli.config;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * A command line with the defaults of the project it is given in, {@code tailgate.yaml}. What it
 * does not say itself is put behind its command, as if it had been written there: a default is then
 * read, checked and required as any other word. (Default values of picocli's are not seen by who
 * asks what was matched, and turn round what a flag means.)
 *
 * @param arguments the command line, files of arguments read
 * @param taken words from the file by the line they stand in
 * @param isRead whether there is a file
 * @param isQuiet whether nothing is to be said of it
 * @param isDebug whether all is to be said
 */
public record Defaults(
    List<String> arguments, List<String> taken, boolean isRead, boolean isQuiet, boolean isDebug) {
  /** The file, in the working folder. */
  public static final String FILE = "tailgate.yaml";

  private static final Set<String> DATA = Set.of("data", "calibration-data", "tokenizer");

  /** Copies the lists. */
  public Defaults {
    arguments = List.copyOf(arguments);
    taken = List.copyOf(taken);
  }

  /**
   * {@code args} with what {@code folder} holds for them.
   *
   * @param commands makes the commands anew
   * @throws ParameterException for a file that cannot be followed
   */
  public static Defaults of(Supplier<CommandLine> commands, Path folder, String... args) {
    CommandLine line = lenient(commands.get()).setExpandAtFiles(true);
    ArgumentFiles.require(line, args);
    ParseResult given = line.parseArgs(args);
    Path file = folder.resolve(FILE);
    if (!given.hasSubcommand() || ignores(given) || !Files.exists(file)) {
      return new Defaults(given.expandedArgs(), List.of(), false, false, false);
    }
    try {
      return with(new Asked(commands, folder, given), file, line);
    } catch (ConfigException e) {
      throw new ParameterException(line, String.valueOf(e.getMessage()), e);
    }
  }

  private static boolean ignores(ParseResult given) {
    ParseResult own = given.subcommand();
    return given.isUsageHelpRequested()
        || own.isUsageHelpRequested()
        || has(given, "--no-config")
        || ConfigKeys.of(own.commandSpec()).isEmpty();
  }

  private static boolean has(ParseResult given, String option) {
    return given.hasMatchedOption(option) || given.subcommand().hasMatchedOption(option);
  }

  /** A command line, and where it is given. */
  private record Asked(Supplier<CommandLine> commands, Path folder, ParseResult given) {
    CommandSpec command() {
      return given.subcommand().commandSpec();
    }
  }

  private static Defaults with(Asked asked, Path file, CommandLine line) {
    Map<String, CommandLine> commands = line.getSubcommands();
    List<Setting> settings = ConfigFile.read(file, commands.keySet());
    settings.forEach(setting -> requireKnown(setting, commands, file));
    Map<String, OptionSpec> keys = ConfigKeys.of(asked.command());
    Map<String, Setting> held = new LinkedHashMap<>();
    for (String of : List.of("", asked.command().name())) {
      settings.stream()
          .filter(s -> s.command().equals(of) && keys.containsKey(s.key()))
          .forEach(s -> held.put(s.key(), s));
    }
    held.keySet().removeIf(key -> asked.given().subcommand().hasMatchedOption("--" + key));
    if (!readsData(asked.given().subcommand(), held)) {
      held.keySet().removeAll(DATA);
    }
    List<String> words = new ArrayList<>();
    List<String> taken = new ArrayList<>();
    for (Setting setting : held.values()) {
      List<String> own =
          checked(asked, Objects.requireNonNull(keys.get(setting.key())), setting, file);
      words.addAll(own);
      own.forEach(word -> taken.add("line " + setting.line() + ": " + word));
    }
    List<String> all = new ArrayList<>(asked.given().expandedArgs());
    all.addAll(all.indexOf(asked.command().name()) + 1, words);
    boolean quiet = has(asked.given(), "--quiet") || words.contains("--quiet");
    return new Defaults(all, taken, true, quiet, has(asked.given(), "--debug"));
  }

  /** Data of a project is no contradiction where a command runs without. */
  private static boolean readsData(ParseResult given, Map<String, Setting> held) {
    return switch (given.commandSpec().name()) {
      case "audit" -> !given.matchedPositionals().isEmpty();
      case "rewrite" ->
          List.of("verify", "calibrated-shift").stream()
              .anyMatch(key -> held.containsKey(key) || given.hasMatchedOption("--" + key));
      default -> true;
    };
  }

  private static void requireKnown(Setting setting, Map<String, CommandLine> commands, Path file) {
    Set<String> keys = new TreeSet<>();
    commands.forEach(
        (name, command) -> {
          if (setting.command().isEmpty() || setting.command().equals(name)) {
            keys.addAll(ConfigKeys.of(command.getCommandSpec()).keySet());
          }
        });
    if (!keys.contains(setting.key())) {
      throw new ConfigException(
          file.toString(), setting.line(), ConfigKeys.unknown(setting.key(), keys));
    }
  }

  /** The words of a setting, which the command reads without complaint. */
  private static List<String> checked(Asked asked, OptionSpec option, Setting setting, Path file) {
    try {
      List<String> words = ConfigKeys.words(option, setting, asked.folder());
      List<String> alone = new ArrayList<>(List.of(asked.command().name()));
      alone.addAll(words);
      ParseResult read =
          lenient(asked.commands().get()).parseArgs(alone.toArray(String[]::new)).subcommand();
      for (Exception error : read.errors()) {
        if (!(error instanceof MissingParameterException)) {
          throw new IllegalArgumentException(error.getMessage(), error);
        }
      }
      return words;
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          file.toString(), setting.line(), setting.key() + ": " + e.getMessage());
    }
  }

  /** Tells what is wrong only when asked. */
  private static CommandLine lenient(CommandLine command) {
    command.getCommandSpec().parser().collectErrors(true);
    command.getSubcommands().values().forEach(Defaults::lenient);
    return command;
  }

  /** Says that there are defaults. */
  public void announce(PrintWriter err) {
    if (isRead && !isQuiet) {
      err.println("Defaults from " + FILE + "; --no-config ignores them.");
      if (isDebug) {
        explain(err);
      }
    }
  }

  /** Says which they are, for who wonders at an option that was not given. */
  public void explain(PrintWriter err) {
    taken.forEach(word -> err.println("  " + FILE + ", " + word));
  }
}

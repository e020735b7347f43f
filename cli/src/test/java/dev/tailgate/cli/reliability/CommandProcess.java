package dev.tailgate.cli.reliability;

import dev.tailgate.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The command in a process with folders of its own, to be ended at any time. */
final class CommandProcess {
  private final Path home;

  /**
   * A place for processes.
   *
   * @param home with the folders {@code work}, {@code tmp} and {@code cache} below it
   */
  CommandProcess(Path home) throws IOException {
    this.home = home;
    for (String folder : List.of("work", "tmp", "cache")) {
      Files.createDirectories(home.resolve(folder));
    }
  }

  Path work() {
    return home.resolve("work");
  }

  /** Starts {@code tailgate} in the working folder. */
  Process start(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(
        List.of(
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Djava.io.tmpdir=" + home.resolve("tmp"),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(work().toFile())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log").toFile());
    builder.environment().put("XDG_CACHE_HOME", home.resolve("cache").toString());
    return builder.start();
  }

  /** Runs it to the end: its exit code. */
  int run(List<String> arguments) throws IOException, InterruptedException {
    Process process = start(arguments);
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException("no end of " + arguments + ": " + log());
    }
    return process.exitValue();
  }

  String log() throws IOException {
    return Files.readString(home.resolve("log"));
  }

  /** What lies in the working folder, by its path there. */
  Set<String> working() throws IOException {
    return below(work());
  }

  /** What lies in the temporary folder. */
  Set<String> temporary() throws IOException {
    return below(home.resolve("tmp"));
  }

  /** What lies among unfinished work in the cache. */
  Set<String> unfinished() throws IOException {
    Path unfinished = home.resolve("cache/tailgate/work");
    return Files.isDirectory(unfinished) ? below(unfinished) : Set.of();
  }

  private static Set<String> below(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      Set<String> found = new TreeSet<>();
      paths.filter(p -> !p.equals(folder)).forEach(p -> found.add(folder.relativize(p).toString()));
      return found;
    }
  }
}

package dev.tailgate.cli.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Runs mutants in workers, one after the other: another takes over behind the mutant that killed
 * one, or that kept it busy for minutes where a healthy run takes less than a second.
 */
final class Campaign {
  /** Far from what any mutant takes on a busy machine. */
  private static final long PATIENCE_SECONDS = 300;

  private final Path work;

  /** {@code work} has the folder {@code seeds}. */
  Campaign(Path work) {
    this.work = work;
  }

  /**
   * What came of it.
   *
   * @param codes how often each target ended with each exit code
   * @param complaints a line for each mutant that did what it may not
   */
  record Outcome(Map<String, Map<String, Integer>> codes, List<String> complaints) {}

  Outcome run(List<Mutant> mutants) throws IOException {
    List<String> complaints = new ArrayList<>();
    FuzzWorker.delete(work.resolve("codes"));
    FuzzWorker.delete(work.resolve("complaints"));
    Files.write(work.resolve("mutants"), mutants.stream().map(Mutant::toString).toList());
    int next = 0;
    while (next < mutants.size()) {
      Files.writeString(work.resolve("at"), next + "\n");
      String end = worker(next);
      if (end.isEmpty()) {
        break;
      }
      int at = Integer.parseInt(Files.readString(work.resolve("at")).strip());
      complaints.add(mutants.get(at) + ": [" + end + "]");
      keep(mutants.get(at));
      next = at + 1;
    }
    complaints.addAll(lines("complaints"));
    Map<String, Map<String, Integer>> codes = new TreeMap<>();
    for (String line : lines("codes")) {
      String[] parts = line.split(" ", -1);
      codes.computeIfAbsent(parts[0], k -> new TreeMap<>()).merge(parts[1], 1, Integer::sum);
    }
    return new Outcome(codes, complaints);
  }

  private List<String> lines(String name) throws IOException {
    Path file = work.resolve(name);
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private void keep(Mutant mutant) throws IOException {
    Path kept = work.resolve("kept").resolve(mutant.toString().replace(' ', '-'));
    FuzzWorker.delete(kept);
    List<String> args = mutant.write(work.resolve("seeds"), kept);
    Files.writeString(kept.resolve("about.txt"), mutant + "\ntailgate " + String.join(" ", args));
  }

  /** Why a worker ended before its last mutant; empty where it did not. */
  private String worker(int first) throws IOException {
    Path log = work.resolve("worker.log");
    Path temporary = work.resolve("tmp");
    FuzzWorker.delete(temporary);
    Files.createDirectories(temporary);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:ErrorFile=" + work.resolve("hs_err.log"),
                "-Djava.io.tmpdir=" + temporary,
                FuzzWorker.class.getName()));
    command.addAll(List.of(work.toString(), Integer.toString(first)));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    // In the environment: ONNX Runtime takes long command lines badly.
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    Process process = builder.start();
    try {
      return watch(process);
    } finally {
      process.destroyForcibly();
    }
  }

  private String watch(Process process) throws IOException {
    try {
      String last = "";
      long since = System.nanoTime();
      while (!process.waitFor(200, TimeUnit.MILLISECONDS)) {
        String at = Files.readString(work.resolve("at"));
        if (!at.equals(last)) {
          last = at;
          since = System.nanoTime();
        } else if (System.nanoTime() - since > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
          return "no end after " + PATIENCE_SECONDS + " s";
        }
      }
      int code = process.exitValue();
      return code == 0
          ? ""
          : "the process died with " + code + ": " + Files.readString(work.resolve("worker.log"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}

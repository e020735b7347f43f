package dev.tailgate.cli.fuzz;

import dev.tailgate.cli.InProcess;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs mutants one after the other in a process of its own, which a hostile file may kill: native
 * code does not throw. Before each it notes which one, so that whoever started it knows which one
 * it was.
 */
final class FuzzWorker {
  private final Path work;
  private final Path seeds;

  private FuzzWorker(Path work) {
    this.work = work;
    this.seeds = work.resolve("seeds");
  }

  /** The folder with the seeds and the list of mutants, and which line of it is the first. */
  public static void main(String[] args) throws IOException {
    FuzzWorker worker = new FuzzWorker(Path.of(args[0]));
    List<String> mutants = Files.readAllLines(worker.work.resolve("mutants"));
    for (int line = Integer.parseInt(args[1]); line < mutants.size(); line++) {
      worker.note("at", line + "\n", StandardOpenOption.TRUNCATE_EXISTING);
      worker.run(Mutant.of(mutants.get(line)));
    }
    System.exit(0);
  }

  private void run(Mutant mutant) throws IOException {
    Path folder = work.resolve("mutant");
    delete(folder);
    List<String> args = mutant.write(seeds, folder);
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    Set<String> before = names(folder);
    Set<String> there = names(temporary);
    InProcess run = InProcess.run(folder, args.toArray(String[]::new));
    Set<String> left = names(temporary);
    left.removeAll(there);
    List<String> complaints = Oracle.complaints(mutant.target(), run, before, names(folder), left);
    note("codes", mutant.target().name() + " " + run.code() + "\n", StandardOpenOption.APPEND);
    if (!complaints.isEmpty()) {
      keep(mutant, folder, args, complaints, run);
      note("complaints", mutant + ": " + complaints + "\n", StandardOpenOption.APPEND);
    }
  }

  private void note(String name, String line, StandardOpenOption how) throws IOException {
    Files.writeString(
        work.resolve(name), line, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how);
  }

  /** The changed file with all that is known of it. */
  private void keep(
      Mutant mutant, Path folder, List<String> args, List<String> complaints, InProcess run)
      throws IOException {
    Path kept = work.resolve("kept").resolve(mutant.toString().replace(' ', '-'));
    Files.createDirectories(kept);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = kept.resolve(file.getFileName().toString());
        Files.deleteIfExists(copy);
        Files.copy(file, copy);
      }
    }
    Files.writeString(
        kept.resolve("about.txt"),
        String.join(
            "\n",
            mutant.toString(),
            "tailgate " + String.join(" ", args),
            complaints.toString(),
            run.err()));
  }

  private static Set<String> names(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return new TreeSet<>();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path inner, IOException thrown)
              throws IOException {
            Files.delete(inner);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}

package dev.tailgate.cli.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * One changed file and what is done with it, a function of three numbers.
 *
 * @param target command and format
 * @param seed of the campaign
 * @param index which one of it
 */
record Mutant(Target target, long seed, int index) {
  /**
   * Writes the file into {@code folder}, which is made, and gives the arguments of the command.
   *
   * @param seeds folder of the sound files
   */
  List<String> write(Path seeds, Path folder) throws IOException {
    // Neighbouring seeds of this generator begin alike; what is drawn first is thrown away.
    Random random = new Random(seed * 1_000_003 + index);
    random.nextLong();
    Path original = pick(seeds, random);
    String command = target.commands().get(random.nextInt(target.commands().size()));
    byte[] changed = target.mutator().mutate(Files.readAllBytes(original), random);
    Path out = Files.createDirectories(folder.resolve("out"));
    String name = original.getFileName().toString();
    Path file = folder.resolve(name.startsWith("export-") ? "export.onnx" : name);
    Files.write(file, changed);
    return Arrays.stream(command.split(" ", -1))
        .map(
            word ->
                word.replace("FILE", file.toString())
                    .replace("SEEDS", seeds.toString())
                    .replace("OUT", out.toString()))
        .toList();
  }

  private Path pick(Path seeds, Random random) throws IOException {
    String name = target.seeds().get(random.nextInt(target.seeds().size()));
    if (!name.startsWith("*")) {
      return seeds.resolve(name);
    }
    try (Stream<Path> files = Files.list(seeds)) {
      List<Path> fitting =
          files.filter(file -> file.toString().endsWith(name.substring(1))).sorted().toList();
      return fitting.get(random.nextInt(fitting.size()));
    }
  }

  /** What {@link #toString} names. */
  static Mutant of(String words) {
    String[] parts = words.split(" ", -1);
    return new Mutant(Target.named(parts[0]), Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
  }

  @Override
  public String toString() {
    return target.name() + " " + seed + " " + index;
  }
}

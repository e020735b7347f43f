package dev.tailgate.cli.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Mutants of every format, some in each build and many in the profile {@code reliability}. A mutant
 * that fails is kept in {@code target/fuzz/kept} with all that is known of it; the system
 * properties {@code fuzz.targets}, {@code fuzz.seed}, {@code fuzz.from} and {@code fuzz.count} make
 * it again (docs/reliability.md has the command).
 */
class FuzzTest {
  private static final Path WORK = Path.of("target", "fuzz").toAbsolutePath();

  /** How many in each build: what reads files in Java is quick, what runs models is not. */
  private static final Map<String, Integer> SOME = some(1);

  private static Map<String, Integer> some(int times) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    counts.put("inspect", 150 * times);
    counts.put("audit", 15 * times);
    counts.put("rewrite", 20 * times);
    counts.put("quantize", 10 * times);
    counts.put("heal", 3 * times);
    counts.put("npz", 15 * times);
    counts.put("csv", 10 * times);
    counts.put("jsonl", 10 * times);
    counts.put("parquet", 10 * times);
    counts.put("tokenizer", 15 * times);
    counts.put("encodings", 10 * times);
    counts.put("gate", 50 * times);
    counts.put("rules", 50 * times);
    counts.put("report", 15 * times);
    counts.put("compare", 15 * times);
    counts.put("defaults", 50 * times);
    return counts;
  }

  @Test
  void everyCommandIsCalmUnderSomeMutants() throws IOException, SQLException {
    hold(SOME);
  }

  /** A fuzzer whose files are refused before they are looked at finds nothing. */
  @Test
  void soundFilesAreTaken() throws IOException, SQLException {
    prepare();
    for (Target target : Target.ALL) {
      int each = target.seeds().size() * target.commands().size();
      Campaign.Outcome outcome = new Campaign(WORK).run(target.sound(), 1, 0, Math.min(3, each));
      assertThat(outcome.complaints()).as(target.name()).isEmpty();
      // Results of made-up inputs and few samples are inconclusive by the rules that come with us.
      assertThat(outcome.codes().keySet()).as(target.name()).isSubsetOf("0", "5");
    }
  }

  @Test
  @Tag("reliability")
  void everyCommandIsCalmUnderManyMutants() throws IOException, SQLException {
    hold(some(Integer.getInteger("fuzz.times", 50)));
  }

  private static void prepare() throws IOException, SQLException {
    FuzzWorker.delete(WORK);
    Path exports = Path.of("..", "onnx-rewrite/src/test/resources/exports");
    new Seeds(WORK.resolve("seeds")).write(exports);
  }

  private static void hold(Map<String, Integer> counts) throws IOException, SQLException {
    FuzzWorker.delete(WORK);
    new Seeds(WORK.resolve("seeds"))
        .write(Path.of("..", "onnx-rewrite/src/test/resources/exports"));
    long seed = Long.getLong("fuzz.seed", 1);
    int from = Integer.getInteger("fuzz.from", 0);
    List<String> targets = List.of(System.getProperty("fuzz.targets", "all").split(",", -1));
    List<String> complaints = new ArrayList<>();
    StringBuilder counted = new StringBuilder();
    for (Target target : Target.ALL) {
      if (targets.contains("all") || targets.contains(target.name())) {
        int count = Integer.getInteger("fuzz.count", counts.get(target.name()));
        Campaign.Outcome outcome = new Campaign(WORK).run(target, seed, from, count);
        counted.append(
            "%s: %d mutants from seed %d, by exit code %s, %d complaints%n"
                .formatted(
                    target.name(), count, seed, outcome.codes(), outcome.complaints().size()));
        complaints.addAll(outcome.complaints());
      }
    }
    Files.writeString(WORK.resolve("counts.txt"), counted.toString());
    assertThat(complaints).as("mutants, see %s", WORK.resolve("kept")).isEmpty();
  }
}

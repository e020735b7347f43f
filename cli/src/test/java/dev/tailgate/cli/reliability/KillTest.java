package dev.tailgate.cli.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tailgate.cli.reference.ReferenceModels;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Commands that write, killed at random instants: every file is the old one or a whole new one,
 * nothing else lies in the working and the temporary folder, and the next run succeeds and leaves
 * nothing unfinished. With {@code -Dkills=N} for N kills of each command, {@code -Dseed=S}.
 */
@Tag("reliability")
class KillTest {
  private static final int KILLS = Integer.getInteger("kills", 20);
  private static final long SEED = Long.getLong("seed", 19);
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  @TempDir private Path home;

  static Map<String, List<String>> commands() {
    Map<String, List<String>> commands = new LinkedHashMap<>();
    String data = "--data=heldout.npz";
    commands.put("audit", List.of("audit", "m.onnx", data, "--samples=8", "--out=out"));
    commands.put(
        "rewrite",
        List.of(
            "rewrite",
            "m.onnx",
            "-o=out.onnx",
            "--method=outeffhop",
            "--verify",
            data,
            "--samples=8"));
    commands.put(
        "rewrite, external data",
        List.of(
            "rewrite",
            "e.onnx",
            "-o=out.onnx",
            "--method=outeffhop",
            "--verify",
            data,
            "--samples=8"));
    commands.put(
        "quantize",
        List.of(
            "quantize",
            "m.onnx",
            "-o=out.onnx",
            data,
            "--samples=8",
            "--export-encodings=enc.json"));
    commands.put(
        "heal", List.of("heal", "m.onnx", data, "--samples=96", "-o=out.onnx", "--out=rep"));
    commands.put(
        "compare",
        List.of(
            "compare", "m.onnx", "--methods=vanilla,outeffhop", data, "--samples=8", "--out=out"));
    commands.put("report", List.of("report", "res", "--out=out"));
    commands.put(
        "gate", List.of("gate", "res", "--junit=g.xml", "--sarif=g.sarif", "--markdown=g.md"));
    return commands;
  }

  static Set<String> names() {
    return commands().keySet();
  }

  @ParameterizedTest
  @MethodSource("names")
  void killedAnywhere(String name) throws IOException, InterruptedException {
    List<String> command = commands().get(name);
    CommandProcess process = new CommandProcess(home);
    prepare(process);
    long start = System.nanoTime();
    int code = process.run(command);
    assertThat(code).as(process.log()).isIn(0, 1);
    // Outputs that the runs to be killed find in their places: of one sample less, to be told
    // apart.
    assertThat(process.run(older(command))).as(process.log()).isEqualTo(code);
    long millis = (System.nanoTime() - start) / 2_000_000;
    assertThat(process.temporary()).isEmpty();
    assertThat(process.unfinished()).isEmpty();
    Set<String> expected = process.working();
    Map<String, byte[]> old = contents(process, expected);
    Random random = new Random(SEED);
    int[] counts = new int[4];
    for (int kill = 0; kill < KILLS; kill++) {
      Process child = process.start(command);
      Thread.sleep(instant(kill, millis, random));
      boolean isKilled = child.isAlive();
      child.destroyForcibly().waitFor();
      counts[0] += isKilled ? 1 : 0;
      String at = name + ", kill " + kill;
      Set<String> extra = new TreeSet<>(process.working());
      extra.removeAll(expected);
      counts[1] += extra.isEmpty() && process.temporary().isEmpty() ? 0 : 1;
      assertThat(process.working()).as(at).containsAll(expected);
      assertThat(extra).as(at).allMatch(KillTest::isData);
      for (Map.Entry<String, byte[]> file : contents(process, process.working()).entrySet()) {
        if (!Arrays.equals(file.getValue(), old.get(file.getKey()))) {
          counts[2]++;
          requireWhole(process.work().resolve(file.getKey()), at);
        }
      }
      counts[3] += process.unfinished().isEmpty() ? 0 : 1;
    }
    assertThat(process.run(command)).as(process.log()).isEqualTo(code);
    assertThat(process.unfinished()).isEmpty();
    assertThat(process.temporary()).allMatch(t -> t.startsWith("onnxruntime-java"));
    System.out.printf(
        Locale.ROOT,
        "KILL | %s | %d | %d | %d | %d | %d ms%n",
        name,
        counts[0],
        counts[1],
        counts[2],
        counts[3],
        millis);
  }

  private static List<String> older(List<String> command) {
    return command.stream()
        .map(word -> word.replace("--samples=8", "--samples=7").replace("=96", "=95"))
        .toList();
  }

  /** Every other one in the last fifth of a run or just after, where files get their names. */
  private static long instant(int kill, long millis, Random random) {
    return kill % 2 == 0
        ? random.nextLong(millis)
        : millis * 4 / 5 + random.nextLong(millis * 3 / 10);
  }

  /** A data file whose model had not got its name yet. */
  private static boolean isData(String file) {
    return file.endsWith(".data");
  }

  private void prepare(CommandProcess process) throws IOException, InterruptedException {
    ReferenceModels models = ReferenceModels.unpack(home.resolve("models"));
    Path work = process.work();
    Files.copy(models.vanilla(), work.resolve("m.onnx"));
    Files.copy(models.heldOut(), work.resolve("heldout.npz"));
    int code =
        process.run(List.of("audit", "m.onnx", "--data=heldout.npz", "--samples=16", "--out=res"));
    assertThat(code).as(process.log()).isZero();
    ExternalCopy.write(work.resolve("m.onnx"), work.resolve("e.onnx"));
  }

  private static Map<String, byte[]> contents(CommandProcess process, Set<String> files)
      throws IOException {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    for (String file : files) {
      Path path = process.work().resolve(file);
      if (Files.isRegularFile(path)) {
        contents.put(file, Files.readAllBytes(path));
      }
    }
    return contents;
  }

  private static void requireWhole(Path file, String at) throws IOException {
    String name = file.toString();
    String as = at + ": " + file;
    if (name.endsWith(".onnx")) {
      OnnxModel model = OnnxModel.load(file);
      assertThat(model.graph().nodes()).as(as).isNotEmpty();
      for (Path part : model.files()) {
        assertThat(part).as(as).exists();
      }
    } else if (name.endsWith(".json") || name.endsWith(".sarif")) {
      assertThat(JSON.readTree(file.toFile()).isObject()).as(as).isTrue();
    } else if (!name.endsWith(".data")) {
      String end = Files.readString(file).stripTrailing();
      List<String> ends = new ArrayList<>(List.of("</html>", "</svg>", "</testsuites>"));
      boolean isMarkup = name.endsWith(".html") || name.endsWith(".svg") || name.endsWith(".xml");
      assertThat(!isMarkup || ends.stream().anyMatch(end::endsWith)).as(as).isTrue();
      assertThat(end).as(as).isNotEmpty();
    }
  }
}

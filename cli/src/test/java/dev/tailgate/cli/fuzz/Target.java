package dev.tailgate.cli.fuzz;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A command with the file of it that is changed.
 *
 * @param name by which it is chosen
 * @param mutator what changes the file
 * @param seeds files to change, one of them a mutant
 * @param commands command lines, one of them a mutant: {@code FILE} stands for the changed file,
 *     {@code OUT} for a folder to write into, {@code SEEDS} for that of the sound files
 * @param codes exit codes that are documented for the command
 */
record Target(
    String name, Mutator mutator, List<String> seeds, List<String> commands, Set<Integer> codes) {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  /** What the name of a target ends with whose files are left as they are. */
  static final String SOUND = "-sound";

  private static final Mutator BYTES = new ByteMutator();
  private static final Mutator TEXT = new TextMutator().or(BYTES);
  private static final Mutator TREE = new JsonMutator(JSON).or(TEXT);
  private static final Mutator YAML = new JsonMutator(new YAMLMapper()).or(TEXT);
  private static final Mutator MODEL = new ModelMutator().or(BYTES);

  private static final Set<Integer> DOCUMENTED = Set.of(0, 2, 3, 4);
  private static final Set<Integer> JUDGED = Set.of(0, 1, 2, 3, 5);

  /** As little work as a command does. */
  private static final String SMALL =
      " --samples 2 --batch-size 2 --sequence-length 8 --threads 1 --quiet";

  private static final List<String> TINY = List.of("decoder.onnx", "encoder.onnx", "vision.onnx");

  private static final String TABLE =
      "audit SEEDS/classifier.onnx --data FILE --tokenizer SEEDS/tokenizer.json --out OUT"
          + " --no-quantize"
          + SMALL;

  private static final String ARRAYS = "audit SEEDS/decoder.onnx --data FILE --out OUT" + SMALL;

  /** All there are. */
  static final List<Target> ALL =
      List.of(
          of("inspect", MODEL, List.of("*.onnx"), "inspect FILE", "inspect FILE --format json"),
          of(
              "audit",
              MODEL,
              TINY,
              "audit FILE --out OUT --no-quantize" + SMALL,
              "audit FILE --out OUT --taps all" + SMALL),
          of(
              "rewrite",
              MODEL,
              TINY,
              "rewrite FILE --method outeffhop -o OUT/r.onnx",
              "rewrite FILE --method clipped_softmax -o OUT/r.onnx --verify" + SMALL,
              "rewrite FILE --method gated_attention -o OUT/r.onnx --verify" + SMALL,
              "rewrite FILE --method entmax15 -o OUT/r.onnx"),
          of(
              "quantize",
              MODEL,
              TINY,
              "quantize FILE -o OUT/q.onnx" + SMALL,
              "quantize FILE -o OUT/q.onnx --export-encodings OUT/e.json" + SMALL),
          of(
              "heal",
              MODEL,
              List.of("decoder.onnx"),
              "heal FILE --data SEEDS/ids.npz --remedy clip,bias --no-sensitivity -o OUT/h.onnx"
                  + " --out OUT --threads 1 --quiet"),
          of("npz", new ZipMutator(TEXT).or(BYTES), List.of("ids.npz"), ARRAYS),
          of("csv", TEXT, List.of("t.csv"), TABLE),
          of("jsonl", TEXT, List.of("t.jsonl"), TABLE),
          of("parquet", BYTES, List.of("t.parquet"), TABLE),
          of(
              "tokenizer",
              TREE,
              List.of("tokenizer.json"),
              TABLE
                  .replace("SEEDS/tokenizer.json", "FILE")
                  .replace("--data FILE", "--data SEEDS/t.csv")),
          of(
              "encodings",
              TREE,
              List.of("encodings.json"),
              "quantize SEEDS/encoder.onnx --encodings FILE -o OUT/q.onnx" + SMALL),
          judged(
              "gate",
              TREE,
              List.of("result.json"),
              "gate FILE",
              "gate SEEDS/result.json --baseline FILE"),
          judged(
              "rules",
              YAML,
              List.of("rules.yaml"),
              "gate SEEDS/result.json --rules FILE --baseline SEEDS/result.json"),
          of("report", TREE, List.of("result.json"), "report FILE --out OUT"),
          of("compare", TREE, List.of("result.json"), "compare FILE SEEDS/result.json --out OUT"),
          of(
              "defaults",
              YAML,
              List.of("tailgate.yaml"),
              "inspect SEEDS/classifier.onnx",
              "gate SEEDS/result.json"));

  private static Target of(String name, Mutator mutator, List<String> seeds, String... commands) {
    return new Target(
        name, mutator, seeds, List.of(commands), name.equals("defaults") ? JUDGED : DOCUMENTED);
  }

  private static Target judged(
      String name, Mutator mutator, List<String> seeds, String... commands) {
    return new Target(name, mutator, seeds, List.of(commands), JUDGED);
  }

  /** The same with files that are left as they are, which the commands have to take. */
  Target sound() {
    return new Target(name + SOUND, (file, random) -> file, seeds, commands, codes);
  }

  static Target named(String name) {
    return ALL.stream()
        .flatMap(target -> Stream.of(target, target.sound()))
        .filter(target -> target.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No target " + name));
  }
}

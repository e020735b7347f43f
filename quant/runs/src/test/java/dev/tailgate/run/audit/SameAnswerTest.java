package dev.tailgate.run.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.Fixtures;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.data.Task;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.result.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TimeZone;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every field of a result is the same for any batch size, number of threads, language and time
 * zone, and in every run: of a text encoder whose samples have different lengths, and some of which
 * are the same, and of a model of pictures with products that hold queries, keys and values at
 * once.
 */
class SameAnswerTest {
  private static final int SAMPLES = 30;
  private static final Setting USUAL = new Setting(8, 1, "en", "UTC");

  /** Results by model, so that the usual setting is run once. */
  private static final Map<String, RunResult> USUAL_RESULTS = new HashMap<>();

  @TempDir static Path folder;

  /** How an audit is run: nothing of it belongs to the question. */
  record Setting(int batchSize, int threads, String language, String zone) {
    <T> T in(Action<T> action) throws IOException {
      Locale locale = Locale.getDefault();
      TimeZone before = TimeZone.getDefault();
      Locale.setDefault(Locale.forLanguageTag(language));
      TimeZone.setDefault(TimeZone.getTimeZone(ZoneId.of(zone)));
      try {
        return action.run();
      } finally {
        Locale.setDefault(locale);
        TimeZone.setDefault(before);
      }
    }
  }

  private interface Action<T> {
    T run() throws IOException;
  }

  private static Path file(String family, String name) throws IOException {
    Path own = folder.resolve(family);
    Path file = own.resolve(name);
    Files.createDirectories(own);
    return Files.exists(file) ? file : ReferenceModel.unpack(family, name, own);
  }

  /** Lines of 1 to 28 words; every fifth says what another one says. */
  private static Path text() throws IOException {
    Path text = folder.resolve("text.txt");
    SplittableRandom random = new SplittableRandom(19);
    List<String> lines =
        IntStream.range(0, SAMPLES + 40)
            .mapToObj(i -> i % 5 == 4 ? 3 : i)
            .map(i -> random.ints(1 + i * 11 % 28, 0, 22).mapToObj(w -> "w" + w))
            .map(words -> words.collect(Collectors.joining(" ")))
            .collect(Collectors.toList());
    for (int i = 9; i < lines.size(); i += 5) {
      lines.set(i, lines.get(4));
    }
    Files.write(text, lines);
    return text;
  }

  private static RunResult audit(String family, Setting setting) throws IOException {
    boolean isText = family.equals("bert");
    DataRequest request =
        new DataRequest(
            Optional.of(isText ? text() : file(family, "heldout.npz")),
            isText ? Optional.of(Fixtures.copy("bert-tokenizer.json", folder)) : Optional.empty(),
            SAMPLES,
            setting.batchSize(),
            32,
            0);
    Samples samples =
        isText
            ? new Samples(request.as(Task.AGREEMENT))
            : new Samples(request, Optional.of(DataSpec.of(file(family, "calibration.npz"))));
    AuditRequest asked =
        new AuditRequest(
            file(family, "vanilla-1.onnx"),
            samples,
            isText ? "auto" : "all",
            Optional.of(QuantizationSettings.PAPERS),
            new RunnerOptions(
                ExecutionProvider.CPU, setting.threads(), RunnerOptions.Optimization.FLOAT_ONLY),
            true,
            Optional.empty());
    return setting.in(() -> Audit.run(asked));
  }

  private static RunResult usual(String family) throws IOException {
    RunResult known = USUAL_RESULTS.get(family);
    if (known == null) {
      known = audit(family, USUAL);
      USUAL_RESULTS.put(family, known);
    }
    return known;
  }

  private static void isTheSame(String family, Setting setting) throws IOException {
    assertThat(ResultFields.differences(usual(family), audit(family, setting)))
        .as("%s, %s beside %s", family, setting, USUAL)
        .isEmpty();
  }

  static Stream<Setting> someSettings() {
    return Stream.of(
        new Setting(1, 1, "tr-TR", "UTC"),
        new Setting(7, 2, "ar-EG-u-nu-arab", "Asia/Kathmandu"),
        new Setting(64, 3, "th-TH-u-nu-thai", "America/St_Johns"));
  }

  @ParameterizedTest
  @MethodSource("someSettings")
  void ofTextsOfDifferentLengths(Setting setting) throws IOException {
    isTheSame("bert", setting);
  }

  @Test
  void ofPictures() throws IOException {
    isTheSame("vit", new Setting(5, 2, "hi-IN-u-nu-deva", "Pacific/Chatham"));
  }

  /** The results are large enough to say something, and the samples as described. */
  @Test
  void theResultHasAllThatIsCompared() throws IOException {
    RunResult result = usual("bert");
    assertThat(ResultFields.of(result)).hasSizeGreaterThan(1500);
    assertThat(result.run().sequenceLength()).matches("\\d+\\.\\.\\d+");
    assertThat(result.evidence().orElseThrow().samples()).isEqualTo(16);
    assertThat(result.points()).isNotEmpty();
    assertThat(result.task().agreement()).isNotEmpty();
  }

  static Stream<Setting> allSettings() {
    Stream<Setting> sizes = IntStream.of(1, 4, 7, 8, 32, 64).mapToObj(b -> with(b, 1, "en", "UTC"));
    Stream<Setting> threads = IntStream.rangeClosed(1, 4).mapToObj(t -> with(8, t, "en", "UTC"));
    Stream<Setting> languages =
        Stream.of("und", "de-DE", "tr-TR", "ar-EG-u-nu-arab", "hi-IN-u-nu-deva", "th-TH-u-nu-thai")
            .map(l -> with(8, 1, l, "UTC"));
    Stream<Setting> zones =
        Stream.of("Asia/Kathmandu", "America/St_Johns").map(z -> with(8, 1, "en", z));
    return Stream.of(sizes, threads, languages, zones).flatMap(s -> s);
  }

  private static Setting with(int batchSize, int threads, String language, String zone) {
    return new Setting(batchSize, threads, language, zone);
  }

  /** One setting at a time, of all four families. */
  @Tag("reliability")
  @ParameterizedTest
  @MethodSource("allSettings")
  void ofAllFamilies(Setting setting) throws IOException {
    for (String family : List.of("bert", "opt", "vit", "stanhop")) {
      isTheSame(family, setting);
    }
  }
}

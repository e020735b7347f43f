package dev.tailgate.data.text;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.EmbeddingOptions;
import dev.tailgate.data.Pooling;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder as Sentence-Transformers saves a model: {@code modules.json} names its parts, of which
 * {@code 1_Pooling/config.json} says how tokens become a vector; {@code
 * config_sentence_transformers.json} has prompts, {@code sentence_bert_config.json} the longest
 * text. The ONNX file lies in the folder or in one below it. That vectors are normalised makes no
 * difference to their cosine.
 *
 * @param pooling how tokens become a vector
 * @param prompt what each text begins with, where the folder names one as its default
 * @param longest tokens that texts are cut to
 */
public record SentenceFolder(
    Path folder, Optional<Pooling> pooling, Optional<String> prompt, Optional<Integer> longest) {
  private static final Map<String, Pooling> MODES =
      Map.of(
          "pooling_mode_mean_tokens", Pooling.MEAN,
          // Divided by the root of the count: the same direction.
          "pooling_mode_mean_sqrt_len_tokens", Pooling.MEAN,
          "pooling_mode_cls_token", Pooling.CLS,
          "pooling_mode_max_tokens", Pooling.MAX,
          "pooling_mode_lasttoken", Pooling.LAST);
  private static final Map<String, Pooling> NAMES =
      Map.of(
          "mean", Pooling.MEAN,
          "mean_sqrt_len_tokens", Pooling.MEAN,
          "cls", Pooling.CLS,
          "max", Pooling.MAX,
          "lasttoken", Pooling.LAST);

  /**
   * The folder around {@code model}, if it is one.
   *
   * @throws DataException where a file of it cannot be read
   */
  public static Optional<SentenceFolder> around(OnnxModel model) {
    return model.path().flatMap(SentenceFolder::root).map(SentenceFolder::read);
  }

  /** The folder with {@code modules.json} that a file lies in, or in a folder of. */
  static Optional<Path> root(Path file) {
    Path own = file.toAbsolutePath().normalize().getParent();
    return Stream.ofNullable(own)
        .flatMap(f -> Stream.of(Optional.of(f), Optional.ofNullable(f.getParent())))
        .flatMap(Optional::stream)
        .filter(f -> Files.isRegularFile(f.resolve("modules.json")))
        .findFirst();
  }

  private static SentenceFolder read(Path folder) {
    Object modules = json(folder.resolve("modules.json"));
    List<?> parts = modules instanceof List<?> list ? list : List.of();
    Optional<Pooling> pooling =
        parts.stream()
            .filter(Map.class::isInstance)
            .map(Map.class::cast)
            .filter(m -> String.valueOf(m.get("type")).endsWith(".Pooling"))
            .map(m -> folder.resolve(String.valueOf(m.get("path"))).normalize())
            .filter(p -> p.startsWith(folder))
            .map(p -> p.resolve("config.json"))
            .flatMap(p -> pooling(p).stream())
            .findFirst();
    Map<?, ?> config = object(folder.resolve("config_sentence_transformers.json"));
    Optional<String> prompt =
        Optional.ofNullable(config.get("default_prompt_name"))
            .flatMap(
                name ->
                    config.get("prompts") instanceof Map<?, ?> prompts
                        ? Optional.ofNullable(prompts.get(name))
                        : Optional.empty())
            .map(String::valueOf);
    Optional<Integer> longest =
        object(folder.resolve("sentence_bert_config.json")).get("max_seq_length")
                instanceof Number n
            ? Optional.of(n.intValue()).filter(l -> l > 0)
            : Optional.empty();
    return new SentenceFolder(folder, pooling, prompt, longest);
  }

  /** Empty for two at once and weighted means, which a user has to replace. */
  private static Optional<Pooling> pooling(Path path) {
    Map<?, ?> config = object(path);
    List<String> on =
        config.entrySet().stream()
            .filter(e -> Boolean.TRUE.equals(e.getValue()))
            .map(e -> String.valueOf(e.getKey()))
            .filter(k -> k.startsWith("pooling_mode_"))
            .toList();
    Optional<Pooling> known =
        on.size() == 1
            ? Optional.ofNullable(MODES.get(on.get(0)))
            : Optional.ofNullable(config.get("pooling_mode"))
                .map(name -> NAMES.get(String.valueOf(name)));
    return known;
  }

  private static Map<?, ?> object(Path path) {
    return Files.isRegularFile(path) && json(path) instanceof Map<?, ?> map ? map : Map.of();
  }

  private static Object json(Path path) {
    try {
      return JsonTree.read(path);
    } catch (IOException e) {
      throw DataException.doing("reading how the model makes sentence embeddings")
          .expected("a JSON file as Sentence-Transformers writes it")
          .found(JsonReadFault.words(e))
          .where(path.toString())
          .fix("Mend or remove the file; --pooling and --prefix say the same.", e);
    }
  }

  /** What {@code request} leaves open, as the folder says it. */
  public DataRequest tell(DataRequest request) {
    EmbeddingOptions said = request.format().get(EmbeddingOptions.SET);
    EmbeddingOptions told =
        new EmbeddingOptions(
            said.pooling(), said.prefix().or(() -> prompt), said.secondPrefix(), pooling);
    return request
        .with(request.format().with(EmbeddingOptions.SET, told))
        .withSequenceLength(Math.min(request.sequenceLength(), longest.orElse(Integer.MAX_VALUE)));
  }
}

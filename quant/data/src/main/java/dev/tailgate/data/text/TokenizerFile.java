package dev.tailgate.data.text;

import dev.tailgate.data.Opening;
import dev.tailgate.data.text.shape.TokenizerShape;
import dev.tailgate.engine.tensor.DataException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A tokenizer on disk, recognised by its content: a {@code tokenizer.json}; BERT's {@code
 * vocab.txt}; GPT-2's {@code vocab.json} with its {@code merges.txt} beside it; a JSON map of
 * tokens to ids; a text file with a token a line.
 *
 * @param path what was opened
 * @param built the {@code tokenizer.json} made from a vocabulary; empty where {@code path} is one
 * @param kind for the report, with what was decided where the file does not say
 * @param oddity what is not as in published models, so that it runs apart; see {@link
 *     TokenizerShape}
 */
public record TokenizerFile(
    Path path, Optional<String> built, String kind, Optional<String> oddity) {
  private static final List<String> NAMES =
      List.of("tokenizer.json", "vocab.txt", "vocab.json", "token_mappings.json");
  private static final String ADVICE = "Give the tokenizer that belongs to the model.";
  private static final Set<Integer> BYTE_ORDER_MARK = Set.of(0xEF, 0xBB, 0xBF);
  private static final long MOST_BYTES = 1L << 28;

  /** The file called for, or one of the usual names in it if it is a folder. */
  public static TokenizerFile open(Path given) {
    Path path = given;
    if (Files.isDirectory(given)) {
      path = in(given).orElseThrow(() -> failed(given, "none in that folder"));
    }
    if (!Files.isRegularFile(path)) {
      throw failed(given, "no such file");
    }
    try {
      if (Files.size(path) > MOST_BYTES) {
        throw new IOException(Files.size(path) + " bytes");
      }
      return read(path);
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  /** The tokenizer given, or one of the usual names beside the data or the model. */
  public static Path find(Opening opening) {
    return opening
        .request()
        .tokenizer()
        .or(() -> opening.path().flatMap(TokenizerFile::beside))
        .or(() -> opening.model().path().flatMap(TokenizerFile::beside))
        .or(() -> opening.model().path().flatMap(SentenceFolder::root).flatMap(TokenizerFile::in))
        .orElseThrow(
            () ->
                DataException.doing("opening " + opening.request().data().orElseThrow())
                    .expected("a tokenizer.json or vocabulary beside the data or the model")
                    .found("none")
                    .fix("Give the model's tokenizer.json with --tokenizer."));
  }

  /** The tokenizer in the folder of {@code file}, under one of the usual names. */
  private static Optional<Path> beside(Path file) {
    return NAMES.stream().map(file::resolveSibling).filter(Files::isRegularFile).findFirst();
  }

  private static Optional<Path> in(Path folder) {
    return NAMES.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
  }

  private static TokenizerFile read(Path path) throws IOException {
    boolean isList = path.toString().endsWith(".txt");
    if (isList || firstByte(path) != '{') {
      return isMerges(path) ? bytePairs(sibling(path, "merges", "vocab"), path) : lines(path);
    }
    if (VocabularyReader.hasModel(path)) {
      return new TokenizerFile(
          path, Optional.empty(), path.getFileName().toString(), TokenizerShape.oddity(path));
    }
    Path merges = sibling(path, "vocab", "merges");
    if (Files.isRegularFile(merges) && !merges.equals(path)) {
      return bytePairs(path, merges);
    }
    return map(path, VocabularyReader.map(path));
  }

  private static TokenizerFile lines(Path path) throws IOException {
    Map<String, Integer> ids = VocabularyReader.lines(path);
    if (!WordPieceVocabulary.accepts(ids)) {
      return map(path, ids);
    }
    Optional<Boolean> stated =
        VocabularyReader.setting(path.resolveSibling("tokenizer_config.json"), "do_lower_case");
    boolean lowerCase = stated.orElseGet(() -> WordPieceVocabulary.isLowerCase(ids));
    String why = stated.isPresent() ? "its configuration says so" : "by the case of its entries";
    return made(
        path,
        WordPieceVocabulary.json(ids, lowerCase),
        String.format(
            Locale.ROOT,
            "%s, WordPiece of %d entries, %s (%s)",
            path.getFileName(),
            ids.size(),
            lowerCase ? "lower-cased" : "case kept",
            why));
  }

  private static TokenizerFile bytePairs(Path vocabulary, Path merges) throws IOException {
    if (!Files.isRegularFile(vocabulary)) {
      throw new IOException("merges without " + vocabulary.getFileName() + " beside them");
    }
    Map<String, Integer> ids = VocabularyReader.map(vocabulary);
    if (BytePairVocabulary.marksWordEnds(ids)) {
      throw new IOException("a vocabulary with </w> at word ends, whose tokenizer is another one");
    }
    return made(
        vocabulary,
        BytePairVocabulary.json(ids, VocabularyReader.merges(merges)),
        String.format(
            Locale.ROOT,
            "%s, byte pairs of %d entries%s",
            vocabulary.getFileName(),
            ids.size(),
            BytePairVocabulary.isFramed(ids) ? ", framed as RoBERTa's" : ""));
  }

  private static TokenizerFile map(Path path, Map<String, Integer> ids) {
    String unit = TokenMap.isByCharacter(ids) ? "characters" : "words between spaces";
    return made(
        path,
        TokenMap.json(ids),
        String.format(
            Locale.ROOT, "%s, %d entries looked up by %s", path.getFileName(), ids.size(), unit));
  }

  /** The form is our own then. */
  private static TokenizerFile made(Path path, String built, String kind) {
    return new TokenizerFile(path, Optional.of(built), kind, Optional.empty());
  }

  /** The other file of a pair: {@code gpt2-vocab.json} goes with {@code gpt2-merges.txt}. */
  private static Path sibling(Path path, String part, String other) {
    String name = path.getFileName().toString();
    String ending = other.equals("merges") ? ".txt" : ".json";
    int dot = name.lastIndexOf('.');
    String stem = (dot < 0 ? name : name.substring(0, dot)).replace(part, other);
    return path.resolveSibling(stem.contains(other) ? stem + ending : other + ending);
  }

  private static boolean isMerges(Path path) throws IOException {
    byte[] head = new byte[64];
    try (InputStream in = Files.newInputStream(path)) {
      int length = in.readNBytes(head, 0, head.length);
      return new String(head, 0, length, StandardCharsets.UTF_8).startsWith("#version");
    }
  }

  /** The first byte that is neither white space nor a byte order mark. */
  private static int firstByte(Path path) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      int first = in.read();
      while (Character.isWhitespace(first) || BYTE_ORDER_MARK.contains(first)) {
        first = in.read();
      }
      return first;
    }
  }

  private static DataException failed(Path path, IOException cause) {
    return message(path, JsonReadFault.words(cause)).fix(ADVICE, cause);
  }

  private static DataException failed(Path path, String found) {
    return message(path, found).fix(ADVICE);
  }

  private static DataException.Builder message(Path path, String found) {
    return DataException.doing("opening tokenizer " + path.getFileName())
        .expected("a tokenizer.json, vocab.txt, vocab.json with merges.txt, or a map of tokens")
        .found(found)
        .where(path.toString());
  }
}

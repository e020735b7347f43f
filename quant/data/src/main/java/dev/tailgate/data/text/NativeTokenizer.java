package dev.tailgate.data.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import dev.tailgate.file.CacheFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * DJL's binding of Hugging Face's {@code tokenizers}, in this process. A panic of its native code
 * ends the process: only for tokenizers of a known form, or in a process that may end.
 *
 * <p>The binding unpacks its native library once, to {@code tailgate/} in {@code XDG_CACHE_HOME}
 * ({@code ~/.cache} where unset); the system property or environment variable {@code
 * ENGINE_CACHE_DIR} chooses another folder. Its telemetry and downloads are switched off.
 */
final class NativeTokenizer implements TokenizerBinding {
  private static final String CACHE = "ENGINE_CACHE_DIR";

  private final HuggingFaceTokenizer tokenizer;

  private NativeTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  static NativeTokenizer open(Path file, Map<String, String> settings) throws IOException {
    keepToItself();
    return new NativeTokenizer(HuggingFaceTokenizer.newInstance(file, settings));
  }

  static NativeTokenizer open(String json, Map<String, String> settings) throws IOException {
    keepToItself();
    return new NativeTokenizer(
        HuggingFaceTokenizer.newInstance(
            new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), settings));
  }

  /** No network, no telemetry, no library outside the cache; a user's own settings win. */
  private static void keepToItself() {
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    if (System.getProperty(CACHE) == null && System.getenv(CACHE) == null) {
      System.setProperty(CACHE, CacheFolder.path().toString());
    }
  }

  @Override
  public Tokens encode(String text) {
    return tokens(tokenizer.encode(text));
  }

  @Override
  public Tokens encode(String first, String second) {
    return tokens(tokenizer.encode(first, second));
  }

  @Override
  public Tokens bare(String text) {
    return tokens(tokenizer.encode(text, false, false));
  }

  private static Tokens tokens(Encoding encoding) {
    int count = encoding.getIds().length;
    boolean[] special = new boolean[count];
    int[] texts = new int[count];
    int[] starts = new int[count];
    int[] ends = new int[count];
    CharSpan[] spans = encoding.getCharTokenSpans();
    for (int i = 0; i < count; i++) {
      special[i] = encoding.getSpecialTokenMask()[i] == 1;
      texts[i] = special[i] ? -1 : (int) encoding.getSequenceIds()[i];
      if (!special[i] && spans[i] != null) {
        starts[i] = spans[i].getStart();
        ends[i] = spans[i].getEnd();
      }
    }
    return new Tokens(
        encoding.getIds(),
        encoding.getTypeIds(),
        special,
        texts,
        starts,
        ends,
        encoding.getTokens());
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}

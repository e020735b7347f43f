package dev.tailgate.quant.data.text;

import dev.tailgate.quant.tensor.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The token samples of a text, at most {@code sequenceLength} tokens each, as compact as they can
 * be kept: 4 bytes a token. Reading stops once there are enough samples.
 */
final class TokenSamples {
  /** One sample; {@code special[i]} marks tokens that the tokenizer added. */
  record Sample(int[] ids, boolean[] special) {}

  private final int sequenceLength;
  private final int vocabulary;
  private final Path text;

  TokenSamples(Path text, int sequenceLength, int vocabulary) {
    this.text = text;
    this.sequenceLength = sequenceLength;
    this.vocabulary = vocabulary;
  }

  /** One stream of tokens over all documents, cut into full blocks; the tail is left out. */
  List<Sample> blocks(TextTokenizer tokenizer, int most) {
    List<Sample> samples = new ArrayList<>();
    try (TextDocuments documents = new TextDocuments(text)) {
      int[] block = new int[sequenceLength];
      int filled = 0;
      Optional<String> document = documents.next();
      while (document.isPresent() && samples.size() < most) {
        for (long id : tokenizer.encode(document.get() + "\n").ids()) {
          block[filled++] = known(id);
          if (filled == sequenceLength && samples.size() < most) {
            samples.add(new Sample(block.clone(), new boolean[0]));
          }
          filled %= sequenceLength;
        }
        document = documents.next();
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
    return samples;
  }

  /** One sample a document, cut to the sequence length; the closing special token is kept. */
  List<Sample> documents(TextTokenizer tokenizer, int most) {
    List<Sample> samples = new ArrayList<>();
    try (TextDocuments documents = new TextDocuments(text)) {
      Optional<String> document = documents.next();
      while (document.isPresent() && samples.size() < most) {
        TextTokenizer.Encoded encoded = tokenizer.encode(document.get());
        if (encoded.ids().length > 0) {
          samples.add(cut(encoded));
        }
        document = documents.next();
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
    return samples;
  }

  private Sample cut(TextTokenizer.Encoded encoded) {
    int length = Math.min(encoded.ids().length, sequenceLength);
    int[] ids = new int[length];
    boolean[] special = new boolean[length];
    for (int i = 0; i < length; i++) {
      boolean isLast = i == length - 1 && encoded.special()[encoded.ids().length - 1] == 1;
      int from = isLast ? encoded.ids().length - 1 : i;
      ids[i] = known(encoded.ids()[from]);
      special[i] = encoded.special()[from] == 1;
    }
    return new Sample(ids, special);
  }

  private int known(long id) {
    if (id < 0 || id >= vocabulary) {
      throw DataException.doing("tokenizing " + text.getFileName())
          .expected("token ids below " + vocabulary + ", the model's vocabulary")
          .found("id " + id)
          .where(text.toString())
          .fix("Give the tokenizer.json that belongs to the model.");
    }
    return (int) id;
  }

  private DataException unreadable(IOException cause) {
    return DataException.doing("reading " + text.getFileName())
        .expected("a readable text file")
        .found(String.valueOf(cause.getMessage()))
        .where(text.toString())
        .fix("Check the path and its permissions.", cause);
  }

  /** Tokens of the longest sample. */
  static int longest(List<Sample> samples) {
    return samples.stream().mapToInt(s -> s.ids().length).max().orElse(0);
  }

  /** Whether samples differ in length, so that the shorter ones need padding up to {@code to}. */
  static boolean anyShorterThan(List<Sample> samples, int to) {
    return samples.stream().anyMatch(s -> s.ids().length < to);
  }

  /** {@code ids} filled up with {@code padding}. */
  static int[] padded(int[] ids, int length, int padding) {
    int[] full = Arrays.copyOf(ids, length);
    Arrays.fill(full, ids.length, length, padding);
    return full;
  }
}

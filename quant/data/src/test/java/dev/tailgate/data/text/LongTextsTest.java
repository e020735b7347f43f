package dev.tailgate.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailgate.data.Fixtures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Digests over 1500 lines a text, made by {@code testdata/recipes/tokenizer_vectors.py}. */
class LongTextsTest {
  private static final Path SHARED = Path.of("../../../shared/data");

  static Stream<String> expected() throws IOException {
    return Files.readAllLines(Fixtures.file("text/long-texts.tsv")).stream();
  }

  @ParameterizedTest
  @MethodSource("expected")
  void givesTheIdsOfTheOriginalTokenizers(String row) throws Exception {
    List<String> cells = List.of(row.split("\t", -1));
    Path text = SHARED.resolve("text").resolve(cells.get(0));
    Path vocabulary = SHARED.resolve("tokenizers").resolve(cells.get(1));
    assumeTrue(Files.isRegularFile(text) && Files.isRegularFile(vocabulary), "no shared texts");
    TokenizerFile file = TokenizerFile.open(vocabulary);
    int count = Integer.parseInt(cells.get(2));
    try (TextTokenizer tokenizer = TextTokenizer.framed(file, 100_000, false);
        Stream<String> lines = Files.lines(text)) {
      List<int[]> ids =
          lines
              .map(String::strip)
              .filter(l -> !l.isEmpty())
              .limit(count)
              .map(l -> tokenizer.encode(l).ids())
              .toList();
      assertThat(ids.stream().mapToInt(i -> i.length).sum())
          .isEqualTo(Integer.parseInt(cells.get(3)));
      assertThat(digest(ids)).isEqualTo(cells.get(4));
    }
  }

  private static String digest(List<int[]> ids) throws NoSuchAlgorithmException {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    for (int[] line : ids) {
      String joined =
          Arrays.stream(line).mapToObj(Integer::toString).collect(Collectors.joining(" "));
      sha.update((joined + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(sha.digest());
  }
}

package dev.tailgate.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tailgate.data.Fixtures;
import dev.tailgate.engine.tensor.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected ids are those of {@code testdata/recipes/tokenizer_vectors.py}. */
class TokenizerFileTest {
  @TempDir Path folder;

  private static List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    try (JsonParser json =
        new JsonFactory().createParser(Fixtures.file("text/lines.json").toFile())) {
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
          lines.add(json.getText());
        }
      }
    }
    return lines;
  }

  private static String ids(TextTokenizer tokenizer, String text) {
    return Arrays.stream(tokenizer.encode(text).ids())
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "bert-uncased-vocab.txt, bert-uncased-ids.txt",
    "bert-cased-vocab.txt, bert-cased-ids.txt",
    "gpt2-vocab.json, gpt2-ids.txt",
    "gpt2-merges.txt, gpt2-ids.txt"
  })
  void givesTheIdsOfTheOriginalTokenizers(String vocabulary, String expected) throws IOException {
    List<String> lines = lines();
    List<String> ids = Files.readAllLines(Fixtures.file("text/" + expected));
    assertThat(lines).hasSameSizeAs(ids).hasSizeGreaterThan(10);
    TokenizerFile file = TokenizerFile.open(Fixtures.file("text/" + vocabulary));
    try (TextTokenizer tokenizer = TextTokenizer.framed(file, 512, false)) {
      for (int i = 0; i < lines.size(); i++) {
        assertThat(ids(tokenizer, lines.get(i))).as(lines.get(i)).isEqualTo(ids.get(i));
      }
    }
  }

  @Test
  void lowerCasesByTheEntriesUnlessTheConfigurationSaysOtherwise() throws IOException {
    Path uncased = Fixtures.file("text/bert-uncased-vocab.txt");
    assertThat(TokenizerFile.open(uncased).kind()).contains("lower-cased (by the case");
    assertThat(TokenizerFile.open(Fixtures.file("text/bert-cased-vocab.txt")).kind())
        .contains("case kept (by the case");
    Files.copy(uncased, folder.resolve("vocab.txt"));
    Files.writeString(
        folder.resolve("tokenizer_config.json"), "{\"a\": [true], \"do_lower_case\": false}");
    assertThat(TokenizerFile.open(folder).kind()).contains("case kept (its configuration");
  }

  @Test
  void framesPairsAsBertDoes() {
    TokenizerFile file = TokenizerFile.open(Fixtures.file("text/bert-uncased-vocab.txt"));
    try (TextTokenizer tokenizer = TextTokenizer.framed(file, 6, true)) {
      TokenizedText pair = tokenizer.encode("the world", "a token is a token");
      // [CLS] the world [SEP] a [SEP]: of six tokens four are taken, and the second text is cut.
      assertThat(pair.ids()).hasSize(6).startsWith(2, 5).endsWith(3);
      assertThat(pair.segments()).containsExactly(0, 0, 0, 0, 1, 1);
      assertThat(pair.texts()).containsExactly(-1, 0, 0, -1, 1, -1);
    }
  }

  @Test
  void cutsAtTheLengthAskedForAndNowhereElse() {
    TokenizerFile file = TokenizerFile.open(Fixtures.file("text/bert-uncased-vocab.txt"));
    String text = "a ".repeat(2000);
    try (TextTokenizer framed = TextTokenizer.framed(file, 1000, false);
        TextTokenizer bare = TextTokenizer.bare(file)) {
      assertThat(framed.encode(text).ids()).hasSize(1000).startsWith(2).endsWith(3);
      assertThat(bare.ids(text)).hasSize(2000);
    }
  }

  @Test
  void looksCharactersUp() throws IOException {
    Path path = folder.resolve("chars.json");
    Files.writeString(path, "{\"\\n\": 0, \" \": 1, \"a\": 2, \"é\": 3, \"𝄞\": 4, \"<eos>\": 5}");
    TokenizerFile file = TokenizerFile.open(path);
    assertThat(file.kind()).contains("6 entries looked up by characters");
    try (TextTokenizer tokenizer = TextTokenizer.bare(file)) {
      assertThat(ids(tokenizer, "a é\n𝄞a<eos>")).isEqualTo("2 1 3 0 4 2 5");
      assertThatThrownBy(() -> tokenizer.encode("ab")).isInstanceOf(RuntimeException.class);
      assertThat(tokenizer.spells("b")).isFalse();
    }
  }

  @Test
  void looksWordsUpInTheMapInsideAFile() throws IOException {
    Path path = folder.resolve("token_mappings.json");
    Files.writeString(
        path,
        "{\"size\": 4, \"token2id\": {\"holes_none\": 0, \"Special Finishing\": 1, \"<EOC>\": 2,"
            + " \"[UNK]\": 3}, \"id2token\": {\"0\": \"holes_none\"}}");
    TokenizerFile file = TokenizerFile.open(folder);
    try (TextTokenizer tokenizer = TextTokenizer.bare(file)) {
      assertThat(ids(tokenizer, "holes_none  Special Finishing <EOC> other")).isEqualTo("0 1 2 3");
    }
  }

  @Test
  void readsATokenALine() throws IOException {
    Path path = Files.writeString(folder.resolve("chars.txt"), "\\n\n \na\nb\n");
    try (TextTokenizer tokenizer = TextTokenizer.bare(TokenizerFile.open(path))) {
      assertThat(ids(tokenizer, "a b\n")).isEqualTo("2 1 3 0");
    }
  }

  @Test
  void refusesWhatItCannotRead() throws IOException {
    refuses("{\"a\": 0, \"b\": 0}", "x.json", "id 0 for both a and b");
    refuses("{\"a\": [0]}", "x.json", "no map of tokens");
    refuses("{\"a\": 0", "x.json", "expected a tokenizer.json");
    refuses("#version: 0.2\na b\n", "merges.txt", "vocab.json beside");
    refuses("", "vocab.txt", "an empty file");
    Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\na b c\n");
    refuses("{\"a\": 0}", "vocab.json", "not a pair on line 2");
    refuses("{\"a</w>\": 0, \"b</w>\": 1}", "vocab.json", "</w>");
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> TokenizerFile.open(none)).hasMessageContaining("no such file");
  }

  private void refuses(String content, String name, String reason) throws IOException {
    Path path = Files.writeString(folder.resolve(name), content);
    assertThatThrownBy(() -> TokenizerFile.open(path))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(reason);
    Files.delete(path);
  }
}

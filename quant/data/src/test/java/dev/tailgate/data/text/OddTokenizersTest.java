package dev.tailgate.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tailgate.data.Fixtures;
import dev.tailgate.data.text.shape.TokenizerShape;
import dev.tailgate.engine.tensor.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every odd form here ended the process, or did not end itself, when it ran in it. */
class OddTokenizersTest {
  @TempDir private Path folder;

  private Path file(String json) throws IOException {
    return Files.writeString(folder.resolve("tokenizer.json"), json);
  }

  /** A step that writes so many letters for each. */
  private static String longer(int letters) {
    return "{\"type\": \"Replace\", \"pattern\": {\"String\": \"o\"}, \"content\": \""
        + "o".repeat(letters)
        + "\"}";
  }

  static Stream<Arguments> odd() {
    String split =
        "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"(a+)+$\"}, \"behavior\": \"Isolated\","
            + " \"invert\": false}";
    String pairs = "{\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 1}%s}";
    String scores = "{\"type\": \"Unigram\", \"unk_id\": %s, \"vocab\": [[\"a\", %s]]}";
    return Stream.of(
        arguments(
            "post_processor.single[0].SpecialToken.id, a token '[NO]' that special_tokens lacks",
            TokenizerText.with(
                "\"single\": [{\"SpecialToken\": {\"id\": \"[CLS]\"",
                "\"single\": [{\"SpecialToken\": {\"id\": \"[NO]\"")),
        arguments(
            "post_processor.single[1].Sequence.id, 'B'",
            TokenizerText.with(
                "\"A\", \"type_id\": 0}}],\n   \"pair\"",
                "\"B\", \"type_id\": 0}}],\n   \"pair\"")),
        arguments("pre_tokenizer.pattern.Regex, '(a+)+$'", TokenizerText.preTokenizer(split)),
        arguments(
            "pre_tokenizer, type FixedLength",
            TokenizerText.preTokenizer("{\"type\": \"FixedLength\", \"length\": 0}")),
        arguments(
            "normalizer, type Precompiled",
            TokenizerText.normalizer(
                "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"AAAA\"}")),
        arguments(
            "normalizer.content, 10 bytes in place of 1", TokenizerText.normalizer(longer(10))),
        arguments(
            "normalizer, several steps that make text longer",
            TokenizerText.normalizer(
                "{\"type\": \"Sequence\", \"normalizers\": "
                    + Collections.nCopies(10, longer(2))
                    + "}")),
        arguments(
            "normalizer.pattern.String, a text of 0 characters",
            TokenizerText.normalizer(
                "{\"type\": \"Replace\", \"pattern\": {\"String\": \"\"}, \"content\": \"\"}")),
        arguments(
            "decoder.decoders[0].decoders[0], sequences in sequences",
            TokenizerText.with(
                "\"decoder\": null",
                "\"decoder\": "
                    + "{\"type\": \"Sequence\", \"decoders\": [".repeat(30)
                    + "]}".repeat(30))),
        arguments(
            "truncation.stride, 5.0",
            TokenizerText.with(
                "\"truncation\": null",
                "\"truncation\": {\"direction\": \"Left\", \"max_length\": 2, \"strategy\":"
                    + " \"LongestFirst\", \"stride\": 5}")),
        arguments(
            "padding.strategy.Fixed, 1.0E18",
            TokenizerText.with(
                "\"padding\": null",
                "\"padding\": {\"strategy\": {\"Fixed\": 1000000000000000000}}")),
        arguments(
            "added_tokens[0].id, -1.0",
            TokenizerText.with("\"added_tokens\": [{\"id\": 0", "\"added_tokens\": [{\"id\": -1")),
        arguments(
            "model.vocab, id 9223372036854775808 of 'good'",
            TokenizerText.with("\"good\": 2", "\"good\": 9223372036854775808")),
        arguments(
            "model.max_input_chars_per_word, 1.8446744073709552E19",
            TokenizerText.with(
                "\"max_input_chars_per_word\": 100",
                "\"max_input_chars_per_word\": 18446744073709551615")),
        arguments(
            "model.unk_token, '[NO]' that vocab lacks",
            TokenizerText.with("\"unk_token\": \"[UNK]\"", "\"unk_token\": \"[NO]\"")),
        arguments(
            "model.merges[0], 'ab' that vocab lacks",
            TokenizerText.model(String.format(Locale.ROOT, pairs, ", \"merges\": [\"a b\"]"))),
        arguments(
            "model.continuing_subword_prefix, a text of 2 characters",
            TokenizerText.model(
                String.format(Locale.ROOT, pairs, ", \"continuing_subword_prefix\": \"##\""))),
        arguments(
            "model.unk_id, 7.0",
            TokenizerText.model(String.format(Locale.ROOT, scores, "7", "-1.5"))),
        arguments(
            "model.vocab[0], no token with a score",
            TokenizerText.model(String.format(Locale.ROOT, scores, "0", "1e999"))),
        arguments(
            "model, a vocabulary that is not one of Unigram",
            TokenizerText.with("\"type\": \"WordPiece\"", "\"type\": \"Unigram\"")),
        arguments(
            "the file, a field 'steps'",
            TokenizerText.with("\"decoder\": null", "\"decoder\": null, \"steps\": []")),
        arguments(
            "decoder, the field twice",
            TokenizerText.with("\"decoder\": null", "\"decoder\": null, \"decoder\": null")));
  }

  @ParameterizedTest
  @MethodSource("odd")
  void whatIsOddIsNamed(String oddity, String json) throws IOException {
    assertThat(TokenizerShape.oddity(file(json))).contains(oddity);
  }

  @Test
  void formsOfPublishedModelsAreUsual() throws IOException {
    assertThat(TokenizerShape.oddity(file(TokenizerText.WORD_PIECE))).isEmpty();
    // What is made of the vocabularies of BERT, GPT-2 and a map is usual, too.
    for (String name : List.of("bert-uncased-vocab.txt", "gpt2-vocab.json")) {
      TokenizerFile made = TokenizerFile.open(Fixtures.file("text/" + name));
      assertThat(TokenizerShape.oddity(file(made.built().orElseThrow()))).isEmpty();
    }
  }

  @Test
  void anOddOneGivesTheSameTokensApart() throws IOException {
    Path usual = file(TokenizerText.WORD_PIECE);
    TokenizerFile there = TokenizerFile.open(usual);
    TokenizerFile apart =
        new TokenizerFile(usual, Optional.empty(), there.kind(), Optional.of("nothing"));
    try (TextTokenizer one = TextTokenizer.framed(there, 5, false);
        TextTokenizer other = TextTokenizer.framed(apart, 5, false)) {
      for (String text : List.of("Good films", "", "good \ud834\udd1e \u0130 film".repeat(9))) {
        assertThat(other.encode(text)).usingRecursiveComparison().isEqualTo(one.encode(text));
        assertThat(other.encode(text, "film"))
            .usingRecursiveComparison()
            .isEqualTo(one.encode(text, "film"));
        assertThat(other.spells(text)).isEqualTo(one.spells(text));
      }
      assertThat(other.knows("good")).isTrue();
    }
  }

  /** A panic, a search without end, memory without bound. */
  static Stream<Arguments> deadly() {
    String much =
        String.format(
            Locale.ROOT,
            "{\"type\": \"Replace\", \"pattern\": {\"String\": \"o\"}, \"content\": \"%s\"}",
            "o".repeat(5000));
    return Stream.concat(
        odd()
            .filter(
                odd -> Set.of("[NO]", "(a+)+").stream().anyMatch(odd.get()[0].toString()::contains))
            .limit(2),
        Stream.of(
            arguments(
                "normalizer.normalizers[0].content, a text of 5000 characters",
                TokenizerText.normalizer(
                    "{\"type\": \"Sequence\", \"normalizers\": "
                        + Collections.nCopies(3, much)
                        + "}"))));
  }

  @ParameterizedTest
  @MethodSource("deadly")
  void whatKillsItsProcessIsAnError(String odd, String json) throws IOException {
    TokenizerFile file = TokenizerFile.open(file(json));
    assertThatThrownBy(
            () -> {
              try (TextTokenizer tokenizer = TextTokenizer.framed(file, 8, false)) {
                tokenizer.encode("a good film, oh! " + "a".repeat(40) + "b");
              }
            })
        .isInstanceOf(DataException.class)
        .hasMessageContaining("process ended with code 134: ")
        .hasMessageContaining(odd)
        .hasMessageContaining(file.path().toString());
  }

  @Test
  void whatIsNoTokenizerIsRefusedApartAsItIsHere() throws IOException {
    Path path = file(TokenizerText.preTokenizer("{\"type\": \"None\"}"));
    TokenizerFile file = TokenizerFile.open(path);
    assertThat(file.oddity()).contains("pre_tokenizer, type None");
    assertThatThrownBy(() -> TextTokenizer.bare(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a Hugging Face tokenizer");
  }
}

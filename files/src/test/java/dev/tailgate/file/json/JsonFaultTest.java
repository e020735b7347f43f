package dev.tailgate.file.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFaultTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'{\"a\": '     | line 1, column 7: expected JSON, found a text that ends too early",
        "{\"a\": tru}   | line 1, column 7: expected JSON, found the word 'tru'",
        "{\"a\": NaN}   | line 1, column 10: expected JSON, found the word 'NaN'",
        "{\"a\": 1,}    | line 1, column 9: expected JSON, found the character '}'",
        "{\"a\": 1.}    | line 1, column 8: expected JSON, found the character '}'",
        "{\"a\": 01}    | line 1, column 8: expected a number, found signs that are none",
        "{\"a\": \"\\x\"} | line 1, column 9: expected JSON, found an escape that is none",
        "[1]]           | line 1, column 4: expected JSON, found the character ']'",
        "{'a': 1}       | line 1, column 2: expected JSON, found the character '''",
      })
  void saysWhatStandsWhere(String json, String message) {
    JsonProcessingException thrown = assertThrows(JsonProcessingException.class, () -> read(json));
    assertThat(JsonFault.of(thrown).message()).isEqualTo(message);
  }

  @Test
  void nestingWithoutEndIsTooMuch() {
    JsonProcessingException thrown =
        assertThrows(JsonProcessingException.class, () -> read("[".repeat(5000)));
    assertThat(JsonFault.of(thrown).message())
        .endsWith("expected values of a usual size and depth, found more than is read");
  }

  @Test
  void yamlKeepsTheSentenceOfItsReader() {
    JsonProcessingException thrown =
        assertThrows(
            JsonProcessingException.class, () -> new YAMLMapper().readTree("rules: {a: [1, 2"));
    assertThat(JsonFault.of(thrown).message())
        .startsWith("line ")
        .contains("expected YAML, found 'expected ',' or ']'")
        .doesNotContain("reader");
  }

  @Property(tries = 2000)
  void neverSpeaksAsTheParserDoes(
      @ForAll @StringLength(max = 12) @CharRange(from = '"', to = '}') String text) {
    try {
      read(text);
    } catch (JsonProcessingException e) {
      String rest = JsonFault.of(e).message().replaceAll("'[^']*'?", "");
      assertThat(rest).matches("(line \\d+, column \\d+: )?expected [^.]+, found [^.]+");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void read(String json) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken().isNumeric()) {
          parser.getDoubleValue();
        }
      }
    }
  }
}

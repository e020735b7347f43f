package dev.tailgate.page.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.result.Golden;
import dev.tailgate.result.InLocale;
import dev.tailgate.result.Samples;
import dev.tailgate.result.wording.PlainText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleReportTest {

  @ParameterizedTest
  @ValueSource(strings = {"und", "de", "tr"})
  void writesTheSealedTextInEveryLanguage(String language) throws IOException {
    Golden.check(
        "console.txt",
        InLocale.of(
            language,
            () ->
                ConsoleReport.render(
                    List.of(Samples.vanilla(), Samples.twin()),
                    Optional.of(Path.of("tailgate-out", "report.html")))));
  }

  @Test
  void neutralisesControlCharactersOfNames() {
    String text = ConsoleReport.render(List.of(Samples.hostile()), Optional.empty());
    assertThat(text).doesNotContain("\u001b").contains("\\x1b[31m");
    assertThat(PlainText.of("a\u202eb\u0007c\nd")).isEqualTo("a\\u202eb\\x07c\\x0ad");
  }

  @Test
  void isPlainAsciiForPlainNames() {
    for (var result : List.of(Samples.vanilla(), Samples.synthetic())) {
      assertThat(ConsoleReport.render(List.of(result), Optional.empty())).matches("\\p{ASCII}*");
    }
  }

  @Test
  void saysThatInputsWereMadeUp() {
    assertThat(ConsoleReport.render(List.of(Samples.synthetic()), Optional.empty()))
        .contains("note: Synthetic inputs:");
  }

  @Test
  void keepsTheEndOfLongNames() {
    assertThat(PlainText.last("0123456789", 6)).isEqualTo("...789");
    assertThat(PlainText.last("012345", 6)).isEqualTo("012345");
  }
}

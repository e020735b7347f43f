package dev.tailgate.onnx.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.attention.Normaliser;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SiteSelectionTest {
  private static RewrittenSite site(int number, String node, String kind) {
    return new RewrittenSite(
        number,
        "layer " + number,
        node,
        "",
        kind,
        Normaliser.SOFTMAX,
        new SiteOutcome.NotSelected());
  }

  private static final List<RewrittenSite> SITES =
      List.of(
          site(0, "/encoder.0/Softmax", "self"),
          site(1, "/encoder.1/Softmax", "self"),
          site(2, "/decoder.0/Softmax", "cross"),
          site(10, "", "MultiHeadAttention"));

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "all; 0 1 2 10",
        "0; 0",
        "0-1,10; 0 1 10",
        "self; 0 1",
        "cross, 1; 1 2",
        "/encoder*; 0 1",
        "*.0/*; 0 2",
        "/encoder.0/Softmax; 0",
        "/encoder?0/Softmax; ''",
      })
  void takesNumbersRangesKindsAndNames(String text, String numbers) {
    SiteSelection selection = SiteSelection.parse(text);
    String taken =
        String.join(
            " ",
            SITES.stream()
                .filter(selection::takes)
                .map(site -> Integer.toString(site.number()))
                .toList());
    assertThat(taken).isEqualTo(numbers);
  }

  @Test
  void namesEntriesThatMatchNothing() {
    assertThat(SiteSelection.parse("0,7,/nowhere,cross,all").unmatched(SITES))
        .containsExactly("7", "/nowhere");
  }

  @Test
  void aNameMayHoldTheEndOfAQuotation() {
    RewrittenSite odd = site(3, "a\\Eb", "self");
    assertThat(SiteSelection.parse("a\\Eb").takes(odd)).isTrue();
    assertThat(SiteSelection.parse("a*b").takes(odd)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0,,1", "3-1"})
  void refusesWhatCannotBeMeant(String text) {
    assertThatThrownBy(() -> SiteSelection.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

package dev.tailgate.result.wording;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Schemes as they are shown. */
class SchemeNameTest {
  @Test
  void onlyTheNameIsInCapitals() {
    assertThat(SchemeName.shown("w8a8-per-channel")).isEqualTo("W8A8-PER-CHANNEL");
    assertThat(SchemeName.shown("w8a8 with 35 exceptions")).isEqualTo("W8A8 with 35 exceptions");
  }
}

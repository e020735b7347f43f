package dev.tailgate.result.wording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.result.InLocale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, 0",
    "3076, 3076",
    "999999, 999999",
    "1000000, 1.00e+06",
    "21.534, 21.53",
    "-0.0125, -0.0125",
    "0.001, 0.001",
    "0.000999, 9.99e-04",
    "4.5, 4.5",
    "NaN, NaN",
    "Infinity, Infinity",
    "-Infinity, -Infinity"
  })
  void keepsFourDigits(double value, String text) {
    assertThat(Numbers.compact(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"und", "de", "tr", "ar-EG-u-nu-arab", "hi-IN-u-nu-deva"})
  void readsTheSameInEveryLanguage(String language) {
    assertThat(InLocale.of(language, () -> Numbers.compact(1234.6))).isEqualTo("1235");
    assertThat(InLocale.of(language, () -> Numbers.compact(2.5e-7))).isEqualTo("2.50e-07");
    assertThat(InLocale.of(language, () -> Numbers.count(1_234_567)))
        .isEqualTo("1\u202f234\u202f567");
  }

  @Test
  void marksGainsButNotZero() {
    assertThat(Numbers.signed(0.5)).isEqualTo("+0.5");
    assertThat(Numbers.signed(0)).isEqualTo("0");
    assertThat(Numbers.signed(-2)).isEqualTo("-2");
  }

  @Test
  void paddedNumbersKeepTheirZeros() {
    assertThat(Numbers.padded(3.8)).isEqualTo("3.800");
    assertThat(Numbers.padded(-30)).isEqualTo("-30.00");
    assertThat(Numbers.padded(9.9996)).isEqualTo("10.00");
    assertThat(Numbers.padded(0.001)).isEqualTo("0.001000");
    assertThat(Numbers.padded(435.66)).isEqualTo("435.7");
    assertThat(Numbers.padded(12345)).isEqualTo("12345");
    assertThat(Numbers.padded(0)).isEqualTo("0");
    assertThat(Numbers.padded(Double.NaN)).isEqualTo("NaN");
  }

  @Test
  void decibelsSayWhatIsExactAndWhatHasNone() {
    assertThat(Numbers.decibels(21.347)).isEqualTo("21.3 dB");
    assertThat(Numbers.decibels(Double.POSITIVE_INFINITY)).isEqualTo("exact");
    assertThat(Numbers.decibels(Double.NaN)).isEqualTo("not finite");
  }
}

package dev.tailgate.data.open;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.Flag;
import dev.tailgate.data.FormatOptions;
import dev.tailgate.data.series.SeriesOptions;
import dev.tailgate.data.text.TextOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What all formats declare, taken together. */
class FormatsTest {
  private static final List<Flag<?>> FLAGS =
      DataSources.options().stream().<Flag<?>>flatMap(s -> s.flags().stream()).toList();

  @Test
  void everyFlagIsDeclaredOnce() {
    assertThat(FLAGS).extracting(Flag::name).doesNotHaveDuplicates().contains("--columns");
    assertThat(FLAGS).allSatisfy(f -> assertThat(f.name()).matches("--[a-z-]+"));
    assertThat(FLAGS).allSatisfy(f -> assertThat(f.help()).endsWith(".").doesNotContain("%"));
  }

  @Test
  void nothingAskedForIsTheDefault() {
    assertThat(read(Map.of())).isEqualTo(FormatOptions.DEFAULT);
  }

  @Test
  void flagsReachTheOptionsOfTheirFormat() {
    FormatOptions options = read(Map.of("--window", "96", "--series-split", "VAL"));
    assertThat(options.get(SeriesOptions.SET).window()).isEqualTo(96);
    assertThat(options.get(SeriesOptions.SET).split().map(Object::toString)).contains("VAL");
    assertThat(options.get(TextOptions.SET).stride()).isZero();
    assertThat(options.with(SeriesOptions.SET, SeriesOptions.DEFAULT))
        .isEqualTo(FormatOptions.DEFAULT)
        .hasSameHashCodeAs(FormatOptions.DEFAULT);
  }

  @Test
  void flagsRefuseWhatTheyCannotRead() {
    assertThatThrownBy(() -> read(Map.of("--window", "-1")))
        .hasMessage("expected a whole number from 0 on but found '-1'");
    assertThatThrownBy(() -> read(Map.of("--series-split", "soon")))
        .hasMessage("expected one of train, val, test, all but found 'soon'");
  }

  private static FormatOptions read(Map<String, String> given) {
    return FormatOptions.of(
        DataSources.options(),
        new Flag.Values() {
          @Override
          @SuppressWarnings("unchecked") // the flag's own reader made the value
          public <T> Optional<T> get(Flag<T> flag) {
            return Optional.ofNullable(given.get(flag.name())).map(v -> (T) flag.reader().apply(v));
          }
        });
  }
}

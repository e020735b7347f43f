package dev.tailgate.quant.scheme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantSchemeTest {
  @Test
  void presetsParseUnderTheirOwnName() {
    for (String preset : QuantScheme.PRESETS) {
      QuantScheme scheme = QuantScheme.parse(preset);
      assertThat(scheme.name()).isEqualTo(preset);
      assertThat(scheme.weights()).isPresent();
      assertThat(scheme.activations().isEmpty()).isEqualTo(preset.endsWith("a16"));
      assertThat(scheme.isDynamic()).isEqualTo(preset.endsWith("dynamic"));
    }
  }

  @Property(seed = "1")
  void anyWidthsCanBeAskedFor(
      @ForAll @IntRange(min = 2, max = 16) int w,
      @ForAll @IntRange(min = 2, max = 15) int a,
      @ForAll boolean perChannel) {
    QuantScheme scheme = QuantScheme.parse("W" + w + "A" + a + (perChannel ? "-per-channel" : ""));
    TensorScheme weights = scheme.weights().orElseThrow();
    assertThat(weights.format().bits()).isEqualTo(w);
    assertThat(weights.signByRange()).isTrue();
    assertThat(weights.granularity().label()).isEqualTo(perChannel ? "channel" : "tensor");
    assertThat(scheme.activations()).contains(TensorScheme.papersActivations(a));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"w1a8", "w8a1", "w17a8", "w8a17", "w8", "a8", "w8a8-per-row", "", "w88a88"})
  void otherNamesAreRefused(String name) {
    assertThatThrownBy(() -> QuantScheme.parse(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void granularitiesThatASideCannotHaveAreRefused() {
    QuantScheme scheme = QuantScheme.parse("w8a8");
    Optional<TensorScheme> perToken = Optional.of(TensorScheme.parse("int8:token"));
    Optional<TensorScheme> perChannel = Optional.of(TensorScheme.parse("int8:channel"));
    Optional<TensorScheme> perBlock = Optional.of(TensorScheme.parse("int8:block=32"));
    Optional<TensorScheme> dynamic = Optional.of(TensorScheme.parse("int8:dynamic"));
    assertThatThrownBy(() -> scheme.with(perToken, Optional.empty()))
        .hasMessageContaining("not token");
    assertThatThrownBy(() -> scheme.with(dynamic, Optional.empty()))
        .hasMessageContaining("not dynamic");
    assertThatThrownBy(() -> scheme.with(Optional.empty(), perChannel))
        .hasMessageContaining("channels");
    assertThatThrownBy(() -> scheme.with(Optional.empty(), perBlock))
        .hasMessageContaining("channels");
    assertThatThrownBy(() -> new QuantScheme("none", Optional.empty(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aReplacedSideIsNamedWithTheOtherOne() {
    QuantScheme scheme =
        QuantScheme.parse("w4a16").with(Optional.empty(), Optional.of(TensorScheme.parse("int8")));
    assertThat(scheme.name()).isEqualTo("weights int4:sym:block=32, activations int8:sym:tensor");
    assertThat(scheme.with(Optional.empty(), Optional.empty())).isEqualTo(scheme);
  }
}

package dev.tailgate.quant.scheme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.stats.Range;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorSchemeTest {
  @Provide
  Arbitrary<TensorScheme> schemes() {
    Arbitrary<NumberFormat> formats =
        Combinators.combine(Arbitraries.integers().between(1, 16), Arbitraries.of(true, false))
            .as(
                (bits, signed) ->
                    bits == 1 ? NumberFormat.parse("fp8-e4m3") : new IntegerFormat(bits, signed));
    Arbitrary<Granularity> granularities =
        Arbitraries.oneOf(
            Arbitraries.of(
                new Granularity.PerTensor(),
                new Granularity.PerChannel(),
                new Granularity.PerToken()),
            Arbitraries.integers().between(2, 4096).map(Granularity.PerBlock::new));
    return Combinators.combine(formats, Arbitraries.of(true, false), granularities)
        .as(
            (format, symmetric, granularity) ->
                new TensorScheme(format, symmetric || !format.isUniform(), false, granularity));
  }

  @Property(seed = "1")
  void whatALabelSaysIsWhatItIsReadAs(@ForAll("schemes") TensorScheme scheme) {
    assertThat(TensorScheme.parse(scheme.label())).isEqualTo(scheme);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fp8-e4m3:asym",
        "int8:block=1",
        "int8:block=0",
        "int8:block=",
        "int8:block=1234567",
        "int8:row",
        "int8:",
        ":sym",
        "int20"
      })
  void whatDoesNotGoTogetherDoesNotConstruct(String text) {
    assertThatThrownBy(() -> TensorScheme.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void onlySymmetricSignedIntegersTakeTheirSignFromTheRange() {
    Granularity tensor = new Granularity.PerTensor();
    for (NumberFormat format :
        new NumberFormat[] {new IntegerFormat(8, false), NumberFormat.parse("fp8-e4m3")}) {
      assertThatThrownBy(() -> new TensorScheme(format, true, true, tensor))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new TensorScheme(new IntegerFormat(8, true), false, true, tensor))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSignOnceSettledStays() {
    TensorScheme papers = TensorScheme.papersWeights(8, new Granularity.PerChannel());
    TensorScheme unsigned = papers.signedFor(new Range(0, 1));
    assertThat(unsigned.format()).isEqualTo(new IntegerFormat(8, false));
    assertThat(unsigned.signedFor(new Range(-1, 1))).isEqualTo(unsigned);
    assertThat(papers.signedFor(new Range(-1, 1)).format()).isEqualTo(new IntegerFormat(8, true));
  }

  @Test
  void defaultsFollowTheSign() {
    assertThat(TensorScheme.parse("int8").label()).isEqualTo("int8:sym:tensor");
    assertThat(TensorScheme.parse("UINT8").label()).isEqualTo("uint8:asym:tensor");
    assertThat(TensorScheme.parse("fp8-e4m3:channel").label()).isEqualTo("fp8-e4m3:sym:channel");
  }
}

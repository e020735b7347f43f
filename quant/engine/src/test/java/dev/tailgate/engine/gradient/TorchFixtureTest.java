package dev.tailgate.engine.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What PyTorch computed is compared with: no case of the fixture is left over. */
class TorchFixtureTest {
  @Test
  void everyCaseOfTheFixtureIsACaseOfATest() {
    Set<String> cases =
        Stream.of(
                LinearGradientTest.products(),
                LinearGradientTest.affine(),
                LinearGradientTest.sums(),
                ConvolutionGradientTest.convolutions(),
                ConvolutionGradientTest.transposed(),
                ConvolutionGradientTest.pools(),
                LayoutGradientTest.shapes(),
                LayoutGradientTest.choices(),
                LayoutGradientTest.joints(),
                LayoutGradientTest.cuts(),
                LayoutGradientTest.borders(),
                IndexGradientTest.gathers(),
                IndexGradientTest.places(),
                PointwiseGradientTest.ofOne(),
                PointwiseGradientTest.activations(),
                PointwiseGradientTest.ofTwo(),
                PointwiseGradientTest.powers(),
                PointwiseGradientTest.bounds(),
                ReduceGradientTest.reductions(),
                ReduceGradientTest.softmaxes(),
                NormalGradientTest.layers(),
                NormalGradientTest.roots(),
                NormalGradientTest.channels())
            .flatMap(List::stream)
            .map(GradientCase::name)
            .collect(Collectors.toSet());
    assertThat(TorchFixture.names()).hasSizeGreaterThan(100);
    assertThat(cases).containsAll(TorchFixture.names());
  }
}

package dev.tailgate.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Architectures give what PyTorch gives on the same weights. */
class EqualityTest {
  /**
   * Outputs are of the order of 1 to 5. Sums of 24 float32 products at most, two layers and a
   * softmax each: some tens of roundings of 6e-8.
   */
  private static final double ROUNDING = 1e-5;

  /**
   * Without norms along time, scores of stanhop-reference reach 528, where float32 is spaced by
   * 6e-5: a probability is known to half of that.
   */
  private static final double WIDE_SCORES = 1e-4;

  /** What a model that is another one differs by, at least. */
  private static final double ANOTHER = 1e-2;

  private static final Bert BERT = bert(Positions.SINUSOIDAL);
  private static final Opt OPT = opt(true, Positions.SINUSOIDAL);
  private static final Llama LLAMA = new Llama(11, 12, 2, 16, 4, 2, 24, 10000, 0.02);
  private static final Stanhop STANHOP = stanhop(20, 2, false);
  private static final Vit VIT = vit(false, false, true);

  @TempDir private Path folder;

  static Stream<Arguments> cases() {
    return Stream.of(
        Arguments.of("bert-reference", BERT),
        Arguments.of("bert-transformers", bert(Positions.LEARNED)),
        Arguments.of("opt-reference", OPT),
        Arguments.of("opt-transformers", opt(false, Positions.LEARNED)),
        Arguments.of("llama-transformers", LLAMA),
        Arguments.of("stanhop-reference", STANHOP),
        Arguments.of("stanhop-reference-filled", stanhop(18, 3, true)),
        Arguments.of("vit-reference", VIT),
        Arguments.of("vit-reference-token", vit(true, true, false)),
        Arguments.of("vit-transformers", vit(true, false, false)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void outputsAreThoseOfPyTorch(String name, Architecture architecture, TestReporter reporter)
      throws IOException {
    double distance = Expected.of(name, folder).distance(architecture.build(1));
    reporter.publishEntry(name, Double.toString(distance));
    assertThat(distance).isLessThan(name.equals("stanhop-reference") ? WIDE_SCORES : ROUNDING);
  }

  @Test
  void anotherMaskIsAnotherModel() throws IOException {
    Opt usual = opt(false, Positions.SINUSOIDAL);
    assertThat(Expected.of("opt-reference", folder).distance(usual.build(1)))
        .isGreaterThan(ANOTHER);
    Vit open = vit(false, false, false);
    assertThat(Expected.of("vit-reference", folder).distance(open.build(1))).isGreaterThan(ANOTHER);
  }

  @Test
  void anotherBaseIsAnotherModel() throws IOException {
    Llama other = new Llama(11, 12, 2, 16, 4, 2, 24, 1000, 0.02);
    assertThat(Expected.of("llama-transformers", folder).distance(other.build(1)))
        .isGreaterThan(ANOTHER);
  }

  private static Bert bert(Positions positions) {
    return new Bert(11, 12, 2, 16, 4, 24, positions, 0.02, 0.5);
  }

  private static Opt opt(boolean strict, Positions positions) {
    return new Opt(11, 12, 2, 16, 4, 24, strict, positions, 0.02, 0.5);
  }

  private static Stanhop stanhop(int history, int merge, boolean allNorms) {
    return new Stanhop(history, 9, 4, 3, 16, 4, 24, 5, merge, 2, allNorms);
  }

  private static Vit vit(boolean classToken, boolean patchNorm, boolean maskSelf) {
    return new Vit(12, 4, 3, 5, 2, 16, 4, 24, classToken, patchNorm, maskSelf, 0.02, 0.5);
  }
}

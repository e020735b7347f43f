package dev.tailgate.result.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.page.console.DiagnosisText;
import dev.tailgate.result.Damage;
import dev.tailgate.result.Evidence;
import dev.tailgate.result.Finding;
import dev.tailgate.result.Samples;
import dev.tailgate.result.SensitivityResult;
import dev.tailgate.result.SensitivityRow;
import dev.tailgate.result.SiteEvidence;
import dev.tailgate.result.TapEvidence;
import dev.tailgate.result.TokenShare;
import dev.tailgate.stats.metric.Direction;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DiagnosisTest {
  private static List<Finding> of(Evidence evidence) {
    return Diagnosis.of(Samples.vanilla(), evidence, Optional.empty());
  }

  private static List<String> causes(List<Finding> findings) {
    return findings.stream().map(Finding::cause).toList();
  }

  @Property(tries = 500)
  void noSentenceIsWithoutItsNumbersAndNoNumberOutsideItsSentence(@ForAll long seed) {
    List<Finding> findings = of(EvidenceOf.random(seed));
    assertThat(findings).isNotEmpty().hasSizeLessThanOrEqualTo(Diagnosis.MOST + 1);
    for (int i = 0; i < findings.size(); i++) {
      Finding finding = findings.get(i);
      assertThat(finding.rank()).isEqualTo(i + 1);
      assertThat(finding.sentence()).endsWith(".").doesNotContain("\n");
      assertThat(finding.numbers()).isNotEmpty();
      assertThat(finding.numbers())
          .allSatisfy(n -> assertThat(finding.sentence()).contains(Quantities.inWords(n)));
    }
  }

  @Test
  void theChannelAndTheTokenThatHoldTheMomentAreNamed() {
    List<Finding> findings = of(EvidenceOf.taps(EvidenceOf.tap("/h.9/add", 812, 0.97, 0.95)));
    assertThat(causes(findings)).containsExactly("channel_outliers", "token_outliers");
    assertThat(findings.get(0).sentence())
        .isEqualTo(
            "Channel 308 of 768 holds 97 % of the fourth moment of ffn_out of layer 9 (/h.9/add),"
                + " whose pooled kurtosis is 812.");
    assertThat(findings.get(0).advice()).containsExactly("scales", "rotate", "exceptions");
    assertThat(findings.get(1).sentence())
        .isEqualTo(
            "The token at position 0, 1.56 % of the tokens, holds 95 % of the fourth moment of"
                + " ffn_out of layer 9 (/h.9/add), whose pooled kurtosis is 812.");
  }

  @Test
  void advisesNoMethodThatAllAttentionsHave() {
    Evidence evidence = EvidenceOf.taps(EvidenceOf.tap("/h.9/add", 812, 0.2, 0.95));
    assertThat(Diagnosis.of(Samples.vanilla(), evidence, Optional.empty()).get(0).advice())
        .containsExactly("sink", "exceptions", "outeffhop");
    assertThat(Diagnosis.of(Samples.twin(), evidence, Optional.empty()).get(0).advice())
        .containsExactly("sink", "exceptions");
  }

  @Test
  void tapsWithoutARoleSpeakOnlyWhereNoneHasOne() {
    TapEvidence square = EvidenceOf.tap("/norm/Pow", "other", 812, 0.97, 0.02);
    TapEvidence quiet = EvidenceOf.tap("/h.9/add", "ffn_out", 4, 0.1, 0.02);
    assertThat(causes(of(EvidenceOf.taps(square)))).containsExactly("channel_outliers");
    assertThat(causes(of(EvidenceOf.taps(square, quiet)))).containsExactly("nothing");
  }

  @Test
  void sharesOfASmallKurtosisAreNoFinding() {
    List<Finding> findings = of(EvidenceOf.taps(EvidenceOf.tap("x", 5, 0.9, 0.9)));
    assertThat(causes(findings)).containsExactly("nothing");
    assertThat(findings.get(0).sentence())
        .startsWith(
            "Nothing stands out: of 1 activations looked at the largest pooled kurtosis is 5,");
    assertThat(findings.get(0).sentence()).contains("no channel holds more than 90 %");
  }

  @Test
  void withoutEvidenceTheAuditSpeaks() {
    List<Finding> findings = Diagnosis.of(Samples.vanilla(), Evidence.NONE, Optional.empty());
    // The audit measured taps, of which no block output is one.
    assertThat(causes(findings)).containsExactly("nothing");
  }

  private static SiteEvidence site(double mass, double norm) {
    return new SiteEvidence(
        "layer 3 (/Softmax)",
        3,
        "softmax",
        List.of(
            new SiteEvidence.Head(
                0,
                new TokenShare(TokenShare.Kind.TOKEN_ID, 102, mass, 0.02),
                Optional.of(0.2),
                Optional.of(0.1),
                Optional.of(norm),
                Optional.empty()),
            new SiteEvidence.Head(
                1,
                new TokenShare(TokenShare.Kind.POSITION, 5, 0.05, 0.02),
                Optional.of(0.9),
                Optional.of(1.0),
                Optional.of(1.0),
                Optional.empty())));
  }

  @Test
  void aSinkOnASmallValueIsANoOpAndOneOnALargeValueIsNot() {
    List<TapEvidence> taps = List.of(EvidenceOf.tap("x", 50, 0.1, 0.1));
    List<Finding> idle = of(EvidenceOf.sites(taps, site(0.86, 0.09)));
    assertThat(causes(idle)).containsExactly("attention_sinks_no_op");
    assertThat(idle.get(0).sentence())
        .startsWith("In 1 of 2 heads one key gets at least 30 % of the attention, in 1 with")
        .contains("token id 102 gets 86 %, its value has 0.09 x the mean norm");
    assertThat(idle.get(0).advice()).contains("outeffhop", "sink");
    List<Finding> busy = of(EvidenceOf.sites(taps, site(0.86, 1.5)));
    assertThat(causes(busy)).containsExactly("attention_sinks");
  }

  @Test
  void sinksOfAModelWithoutOutliersAreNoFinding() {
    List<TapEvidence> taps = List.of(EvidenceOf.tap("x", 4, 0.1, 0.1));
    List<Finding> findings = of(EvidenceOf.sites(taps, site(0.86, 0.09)));
    assertThat(causes(findings)).containsExactly("nothing");
    assertThat(findings.get(0).sentence()).contains("1 of 2 heads have a sink");
  }

  private static SensitivityRow row(String tensor, String kind, double sqnr) {
    return new SensitivityRow(
        "tap",
        tensor,
        9,
        kind,
        List.of(tensor),
        Optional.empty(),
        Optional.of(new Damage(sqnr, Optional.empty())),
        Optional.empty());
  }

  /** Everything quantized leaves 9 dB at the outputs. */
  private static SensitivityResult sensitivity(SensitivityRow... rows) {
    return new SensitivityResult(
        Optional.empty(),
        Direction.HIGHER,
        new Damage(9, Optional.empty()),
        List.of(rows),
        List.of(),
        64,
        4,
        4,
        1);
  }

  @Test
  void knownDamageDecidesTheOrderAndIsSaid() {
    // Noise 0.1, 0.01 and 0.001: 90.1 %, 9.0 % and 0.9 % of the activations' noise.
    SensitivityResult sensitivity =
        sensitivity(
            row("strong", "activations", 20),
            row("hurting", "activations", 10),
            row("other", "activations", 30),
            row("w", "weights", 40));
    // The channel is the stronger evidence, the token lies where it hurts.
    Evidence evidence =
        EvidenceOf.taps(
            EvidenceOf.tap("strong", 5000, 0.97, 0.1), EvidenceOf.tap("hurting", 40, 0.1, 0.9));
    List<Finding> findings = Diagnosis.of(Samples.vanilla(), evidence, Optional.of(sensitivity));
    assertThat(causes(findings))
        .containsExactly("token_outliers", "channel_outliers", "activations_hurt");
    assertThat(findings.get(0).damage().orElseThrow()).isCloseTo(0.1 / 0.111, within(1e-12));
    assertThat(findings.get(0).sentence())
        .endsWith("Parts quantized one at a time make 90.1 % of their noise there.");
  }

  @Test
  void theTensorThatHurtsMostIsNamedWhereNothingElseNamesIt() {
    // Noise 0.1, 0.01 and 0.001: 90.1 % is that of a tensor without a conspicuous channel or token.
    SensitivityResult sensitivity =
        sensitivity(
            row("conspicuous", "both", 20), row("hurting", "both", 10), row("other", "both", 30));
    Evidence evidence =
        EvidenceOf.taps(
            EvidenceOf.tap("conspicuous", 5000, 0.97, 0.1), EvidenceOf.tap("hurting", 4, 0.1, 0.1));
    List<Finding> findings = Diagnosis.of(Samples.vanilla(), evidence, Optional.of(sensitivity));
    assertThat(causes(findings)).containsExactly("worst_tensor", "channel_outliers");
    assertThat(findings.get(0).sentence())
        .startsWith(
            "Quantized alone, ffn_out of layer 9 (hurting) leaves 10 dB SQNR at the outputs")
        .contains("its pooled kurtosis is 4.")
        .endsWith("make 90.1 % of their noise there.");
  }

  @Test
  void aPartThatBreaksTheOutputsComesBeforeAnyThatOnlyDisturbsThem() {
    SensitivityResult sensitivity =
        sensitivity(
            row("hurting", "activations", 3),
            row("breaking", "activations", Double.NaN),
            row("w", "weights", 40));
    Evidence evidence =
        EvidenceOf.taps(
            EvidenceOf.tap("hurting", 4, 0.1, 0.1), EvidenceOf.tap("breaking", 4, 0.1, 0.1));
    List<Finding> findings = Diagnosis.of(Samples.vanilla(), evidence, Optional.of(sensitivity));
    assertThat(findings.get(0).sentence())
        .startsWith(
            "Quantized alone, ffn_out of layer 9 (breaking) leaves outputs that are not finite");
  }

  @Test
  void namesOutOfTheModelCannotActOnATerminal() {
    String hostile = "a\u001b[31m\u202e\nb";
    String text =
        DiagnosisText.render(of(EvidenceOf.taps(EvidenceOf.tap(hostile, 812, 0.97, 0.1))));
    assertThat(text).contains("(a\\x1b[31m\\u202e\\x0ab)").doesNotContain("\u001b", "\u202e");
    assertThat(text.lines()).hasSize(2);
    assertThat(text.lines().skip(1).findFirst()).contains("   try: scales, rotate, exceptions");
  }
}

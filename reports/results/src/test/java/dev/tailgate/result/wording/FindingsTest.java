package dev.tailgate.result.wording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.result.RunResult;
import dev.tailgate.result.Samples;
import dev.tailgate.result.json.RunResultJson;
import org.junit.jupiter.api.Test;

class FindingsTest {

  @Test
  void saysWhatWasFoundAndWhatItCosts() {
    assertThat(Findings.of(Samples.vanilla()))
        .isEqualTo(
            "Severe activation outliers: kurtosis averages 202 over 24 taps (a Gaussian has about 3)"
                + " and peaks at 863.1 in ffn_out of layer 8. W8A8 takes perplexity from 4.51 to"
                + " 42.58, a change of +38.07.");
    assertThat(Findings.of(Samples.twin())).startsWith("No marked activation outliers:");
  }

  @Test
  void doesNotCallAgreementOnMadeUpInputsAnAccuracy() {
    assertThat(Findings.of(Samples.synthetic()))
        .endsWith(
            "W8A8 agrees with the float model at 12.2\u00a0dB (agreement with FP on synthetic"
                + " inputs).");
    assertThat(Findings.notices(Samples.synthetic()))
        .singleElement()
        .asString()
        .contains("not accuracy");
    assertThat(Findings.notices(Samples.vanilla())).isEmpty();
  }

  @Test
  void outputsThatAreNotFiniteHaveNoSqnr() {
    assertThat(Findings.value(Double.NaN, "dB")).isEqualTo("not finite");
    assertThat(Findings.value(Double.NaN, "nat")).isEqualTo("NaN\u00a0nat");
    RunResult broken =
        RunResultJson.read(
            RunResultJson.write(Samples.synthetic())
                .replaceFirst("(\"quantized\": \\{\\s*\"value\": )12.2", "$1\"NaN\""));
    assertThat(Findings.of(broken))
        .endsWith("W8A8 gives outputs that are not finite: they have no SQNR.");
  }
}

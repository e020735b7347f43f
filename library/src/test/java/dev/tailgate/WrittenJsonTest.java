package dev.tailgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.DataSpec;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.data.open.Samples;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.result.BuildReport;
import dev.tailgate.result.Inspection;
import dev.tailgate.result.JsonSchema;
import dev.tailgate.result.QuantizeReport;
import dev.tailgate.result.RewriteReport;
import dev.tailgate.result.json.HealResultJson;
import dev.tailgate.result.json.PublishedSchema;
import dev.tailgate.result.json.ReportJson;
import dev.tailgate.run.build.BuildRequest;
import dev.tailgate.run.heal.HealRequest;
import dev.tailgate.run.quantize.QuantizeRequest;
import dev.tailgate.run.rewrite.RewriteRequest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written of real models, against the published schemas, and read back. */
class WrittenJsonTest {
  @TempDir private Path folder;

  private Path model(String family) throws IOException {
    return ReferenceModel.unpack(family, "vanilla-1.onnx", folder);
  }

  private Samples few(String family) throws IOException {
    return Samples.DEFAULT
        .withData(DataSpec.of(ReferenceModel.unpack(family, "heldout.npz", folder)))
        .atMost(8);
  }

  private static void holds(PublishedSchema schema, String json) throws IOException {
    assertThat(JsonSchema.closed(schema.text()).problems(json)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "opt", "vit", "stanhop"})
  void anInspection(String family) throws IOException {
    Inspection inspection = Tailgate.inspect(model(family));
    String json = ReportJson.write(inspection);
    holds(PublishedSchema.INSPECTION, json);
    assertThat(ReportJson.inspection(json)).isEqualTo(inspection);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "opt", "llama", "vit", "stanhop"})
  void aBuild(String kind) throws IOException {
    BuildReport report =
        Tailgate.build(BuildRequest.of(kind, "tiny", folder.resolve("new.onnx")).seeded(4));
    String json = ReportJson.write(report);
    holds(PublishedSchema.BUILD_REPORT, json);
    assertThat(ReportJson.build(json)).isEqualTo(report);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "opt", "vit", "stanhop"})
  void aRewrite(String family) throws IOException {
    RewriteReport report =
        Tailgate.rewrite(
            RewriteRequest.of(model(family), folder.resolve("out.onnx"), Method.OUTEFFHOP)
                .verifiedOn(few(family)));
    String json = ReportJson.write(report);
    holds(PublishedSchema.REWRITE_REPORT, json);
    assertThat(ReportJson.rewrite(json)).isEqualTo(report);
    assertThat(report.verification().orElseThrow().samples()).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "opt", "vit"})
  void aQuantization(String family) throws IOException {
    QuantizeReport report =
        Tailgate.quantize(
            QuantizeRequest.of(model(family), folder.resolve("out.onnx")).with(few(family)));
    String json = ReportJson.write(report);
    holds(PublishedSchema.QUANTIZE_REPORT, json);
    assertThat(ReportJson.quantize(json)).isEqualTo(report);
  }

  @Test
  void aHealing() throws IOException {
    HealRequest request =
        HealRequest.of(model("opt"))
            .with(few("opt").atMost(32))
            .with(HealRequest.Treatment.NONE)
            .withoutSensitivity();
    holds(PublishedSchema.HEAL_RESULT, HealResultJson.write(Tailgate.heal(request).result()));
  }
}

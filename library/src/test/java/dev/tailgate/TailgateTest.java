package dev.tailgate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.FirstRows;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.result.RunResult;
import dev.tailgate.run.audit.AuditRequest;
import dev.tailgate.run.compare.CompareRequest;
import dev.tailgate.run.heal.HealRequest;
import dev.tailgate.run.heal.Healed;
import dev.tailgate.run.rewrite.RewriteRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailgateTest {
  @TempDir private Path folder;

  @AfterEach
  void forgetTheInterrupt() {
    Thread.interrupted();
  }

  private RunResult outliersOnly() throws IOException {
    return Tailgate.audit(
        AuditRequest.of(ReferenceModel.unpack("vanilla.onnx", folder))
            .withData(ReferenceModel.unpack("heldout.npz", folder))
            .with(Optional.empty())
            .withoutExplaining()
            .withSamples(8));
  }

  /** A rewrite that verifies nothing runs no model; the interrupt meets its files. */
  @Test
  void anInterruptThatMeetsAFileEndsACallLikeAnyOther() throws IOException {
    RewriteRequest request =
        RewriteRequest.of(
            ReferenceModel.unpack("vanilla.onnx", folder),
            folder.resolve("out.onnx"),
            Method.OUTEFFHOP);
    List<Path> before = files(folder);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Tailgate.rewrite(request)).isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(files(folder)).isEqualTo(before);
  }

  @Test
  void whoWatchesAComparisonMayEndItAndNoModelIsLeft() throws IOException {
    Path model = ReferenceModel.unpack("opt", "vanilla-1.onnx", folder);
    Path other = ReferenceModel.unpack("opt", "outeffhop-1.onnx", folder);
    Path data = FirstRows.keep(ReferenceModel.unpack("opt", "heldout.npz", folder), 64);
    List<String> heard = new ArrayList<>();
    RunProgress ends =
        new RunProgress() {
          @Override
          public void at(String stage, long done, long total) {
            heard.add(stage);
          }

          @Override
          public boolean cancelled() {
            return heard.stream().anyMatch(stage -> stage.startsWith("outeffhop-1.onnx: "));
          }
        };
    List<Path> before = files(folder);
    assertThatThrownBy(
            () -> Tailgate.compare(CompareRequest.of(List.of(model, other)).withData(data), ends))
        .isInstanceOf(CancellationException.class);
    assertThat(heard).anyMatch(stage -> stage.startsWith("vanilla-1.onnx: "));
    assertThat(files(folder)).isEqualTo(before);
  }

  @Test
  void aHealingWritesWhatItsRequestNamesAndNothingElse() throws IOException {
    Path model = ReferenceModel.unpack("opt", "vanilla-1.onnx", folder);
    Path data = FirstRows.keep(ReferenceModel.unpack("opt", "heldout.npz", folder), 64);
    HealRequest request = HealRequest.of(model).withData(data).withoutSensitivity();
    List<Path> before = files(folder);
    Healed looked = Tailgate.heal(request);
    assertThat(looked.audits()).hasSize(1);
    assertThat(looked.command()).isEmpty();
    assertThat(files(folder)).isEqualTo(before);
    Path report = folder.resolve("report");
    Tailgate.heal(request.reporting(report));
    assertThat(report.resolve("heal.json")).exists();
    assertThat(report.resolve("report.html")).exists();
  }

  @Test
  void aFileThatCannotBeWrittenIsNamed() throws IOException {
    RunResult result = outliersOnly();
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> Tailgate.report(List.of(result), file.resolve("out")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void aSchemeIsAWord() throws IOException {
    RunResult result =
        Tailgate.audit(
            AuditRequest.of(ReferenceModel.unpack("vanilla.onnx", folder))
                .withData(ReferenceModel.unpack("heldout.npz", folder))
                .withScheme("w4a8")
                .withoutExplaining()
                .withSamples(8));
    assertThat(result.quantization().scheme()).isEqualTo("w4a8");
  }

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }
}

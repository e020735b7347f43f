package dev.tailgate.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadRefusalTest {
  private static final RunnerOptions CPU =
      new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.FLOAT_ONLY);
  private static final int OPSET = 17;
  private static final byte NEVER = 120;

  /** Tailgate reads it, and ONNX Runtime does not yet. */
  private static final byte LATER = 28;

  @TempDir Path folder;

  private static OnnxModel relu() {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(OPSET));
    return g.output("y", g.input("x", ElementType.FLOAT, 2, 3).relu()).model();
  }

  /** The model with the byte behind {@code before} set. */
  private OnnxModel patched(byte value, int... before) throws IOException {
    Path file = folder.resolve("m.onnx");
    relu().save(file);
    byte[] bytes = Files.readAllBytes(file);
    int found = 0;
    for (int i = 0; i + before.length < bytes.length; i++) {
      boolean same = true;
      for (int k = 0; k < before.length; k++) {
        same &= bytes[i + k] == before[k];
      }
      if (same && found++ == 0) {
        bytes[i + before.length] = value;
      }
    }
    assertThat(found).isPositive();
    Files.write(file, bytes);
    return OnnxModel.load(file);
  }

  private static void refuses(OnnxModel model, RunnerOptions options, String... words) {
    assertThatThrownBy(() -> ModelRunner.requireLoadable(model, options))
        .isInstanceOf(ModelRunException.class)
        .message()
        .contains(words);
  }

  @Test
  void aNewerFileFormatIsNamedWithTheNewestThatIsRead() throws IOException {
    // Field 1, the first of the file.
    OnnxModel model = patched(NEVER, 0x08);
    assertThat(model.irVersion()).isEqualTo(NEVER);
    refuses(model, CPU, "found IR version 120", "model.ir_version = ");
  }

  @Test
  void newerOperatorsAreNamedWithTheNewestThatAreKnown() throws IOException {
    // Field 8 of the model, an opset_import of the standard domain; its field 2 is the version.
    OnnxModel model = patched(LATER, 0x42, 0x04, 0x0a, 0x00, 0x10);
    assertThat(model.opset()).isEqualTo(LATER);
    refuses(model, CPU, "expected at most opset ", "found opset " + LATER, "opset_version=");
  }

  @Test
  void whatIsReadIsTheRuntimesOwnWord() throws IOException {
    OnnxModel model = patched(LATER, 0x42, 0x04, 0x0a, 0x00, 0x10);
    String said = RuntimeLimits.exceededBy(model).orElseThrow();
    int newest = Integer.parseInt(said.replaceFirst("(?s).*at most opset (\\d+),.*", "$1"));
    assertThat(newest).isGreaterThanOrEqualTo(OPSET).isLessThan(LATER);
    // The newest is taken and the next is not, whatever the version of the runtime.
    ModelRunner.requireLoadable(patched((byte) newest, 0x42, 0x04, 0x0a, 0x00, 0x10), CPU);
    refuses(
        patched((byte) (newest + 1), 0x42, 0x04, 0x0a, 0x00, 0x10),
        CPU,
        "found opset " + (newest + 1));
  }

  @Test
  void operatorsOfAnotherDomainAreNamedWithTheOptionThatBringsThem() {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(OPSET)).domain("my.ops", 1);
    Value x = g.input("x", ElementType.FLOAT, 2, 3);
    Value y = g.node("SoftGate", x).from("my.ops").value();
    OnnxModel model = g.output("y", y).model();
    refuses(model, CPU, "SoftGate of domain my.ops", "--custom-ops LIB");
  }

  @Test
  void aLibraryThatIsNoneIsAFaultOfTheEnvironment() throws IOException {
    Path text = Files.writeString(folder.resolve("ops.so"), "no library");
    for (Path library : List.of(text, folder.resolve("absent.so"))) {
      assertThatThrownBy(
              () -> ModelRunner.requireLoadable(relu(), CPU.withCustomOps(List.of(library))))
          .isInstanceOf(RuntimeUnavailableException.class)
          .message()
          .contains("--custom-ops", library.getFileName().toString(), "Check the path");
    }
  }
}

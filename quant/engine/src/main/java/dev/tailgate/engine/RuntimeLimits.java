package dev.tailgate.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The newest file format and standard operators that the runtime reads, from its own mouth: it is
 * given a model of a version that will never be, and says in its refusal what it reads. So the
 * numbers are those of whatever version is on the class path.
 */
final class RuntimeLimits {
  private static final Pattern FORMAT = Pattern.compile("max supported IR version: (\\d+)");
  private static final Pattern OPERATORS =
      Pattern.compile("support for domain ai\\.onnx is till opset (\\d+)");

  /** IR version 5, which every version reads, and one beyond all. */
  private static final byte OLD = 5;

  private static final byte NEVER = 127;

  private RuntimeLimits() {}

  /** What of {@code model} is newer than the runtime, and what to do; empty where nothing is. */
  static Optional<String> exceededBy(OnnxModel model) {
    List<String> found = new ArrayList<>();
    List<String> read = new ArrayList<>();
    List<String> remedies = new ArrayList<>();
    OptionalLong operators = newest(OPERATORS, model(OLD, NEVER));
    if (operators.isPresent() && model.opset() > operators.getAsLong()) {
      found.add("opset " + model.opset());
      read.add("opset " + operators.getAsLong());
      remedies.add(
          String.format(
                  Locale.ROOT,
                  "Export the model again with opset %d or older (torch.onnx.export(..., opset_version=%d))",
                  operators.getAsLong(),
                  operators.getAsLong())
              + ", or convert it with onnx.version_converter.");
    }
    OptionalLong format = newest(FORMAT, model(NEVER, OLD));
    if (format.isPresent() && model.irVersion() > format.getAsLong()) {
      found.add("IR version " + model.irVersion());
      read.add("IR version " + format.getAsLong());
      remedies.add(
          String.format(
              Locale.ROOT,
              "Save it with IR version %d or older (in Python, model.ir_version = %d before onnx.save).",
              format.getAsLong(),
              format.getAsLong()));
    }
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "expected at most %s, found %s. %s",
                String.join(" and ", read),
                String.join(" and ", found),
                String.join(" ", remedies)));
  }

  private static OptionalLong load(byte[] model) throws OrtException {
    try (SessionOptions options = new SessionOptions()) {
      OrtRuntime.environment().createSession(model, options).close();
      return OptionalLong.empty();
    }
  }

  private static OptionalLong newest(Pattern words, byte[] model) {
    try {
      return ProcessEnd.nativeWork(() -> {}, () -> load(model));
    } catch (OrtException e) {
      Matcher said = words.matcher(String.valueOf(e.getMessage()));
      return said.find() ? OptionalLong.of(Long.parseLong(said.group(1))) : OptionalLong.empty();
    }
  }

  /**
   * A {@code ModelProto} without nodes: {@code ir_version} (field 1), a {@code graph} named g
   * (field 7), and an {@code opset_import} (field 8) of the standard domain.
   */
  private static byte[] model(byte irVersion, byte opset) {
    return new byte[] {0x08, irVersion, 0x3a, 0x03, 0x12, 0x01, 'g', 0x42, 0x02, 0x10, opset};
  }
}

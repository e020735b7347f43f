package dev.tailgate.run.quantize;

import java.nio.file.Path;

/** What is written beside a model that was trained through quantizers. */
public final class BesideOut {
  private static final String ONNX = ".onnx";

  private BesideOut() {}

  /** The grids beside {@code NAME.onnx}: {@code NAME.encodings.json}. */
  public static Path encodings(Path out) {
    return named(out, ".encodings.json");
  }

  /** The deployable model beside {@code NAME.onnx}: {@code NAME.quantized.onnx}. */
  public static Path quantized(Path out) {
    return named(out, ".quantized.onnx");
  }

  private static Path named(Path out, String end) {
    String name = String.valueOf(out.getFileName());
    String stem = name.endsWith(ONNX) ? name.substring(0, name.length() - ONNX.length()) : name;
    return out.resolveSibling(stem + end);
  }
}

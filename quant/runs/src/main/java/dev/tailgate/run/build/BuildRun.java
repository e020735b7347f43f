package dev.tailgate.run.build;

import dev.tailgate.model.Fields;
import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.SiteSelection;
import dev.tailgate.onnx.weight.Weight;
import dev.tailgate.onnx.weight.Weights;
import dev.tailgate.result.BuildReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Builds an architecture, gives its attentions a method by the rules of a rewrite, and writes it.
 * What was built is in the metadata of the file.
 */
public final class BuildRun {
  /** Model metadata: the architecture with its fields, and the seed of the weights. */
  public static final String ARCHITECTURE = "tailgate.architecture";

  private BuildRun() {}

  /**
   * Builds to the end.
   *
   * @throws ModelException for sizes that memory does not hold, a method that fits no attention of
   *     it, and a file that cannot be written; nothing is written then
   */
  public static BuildReport run(BuildRequest request) {
    Map<String, String> fields = new LinkedHashMap<>();
    Fields.of(request.architecture())
        .forEach((name, value) -> fields.put(name, value.toString().toLowerCase(Locale.ROOT)));
    OnnxModel model = model(request).withMetadata(ARCHITECTURE, Optional.of(text(request, fields)));
    model.save(request.out());
    OnnxModel written = OnnxModel.load(request.out());
    Map<String, Weight> weights = Weights.of(written.graph());
    return new BuildReport(
        request.kind(),
        fields,
        request.seed(),
        request.method().method().label(),
        AttentionFinder.find(written).count(),
        weights.size(),
        weights.values().stream().mapToLong(weight -> weight.constant().elementCount()).sum(),
        request.out().toString(),
        written.files().stream().mapToLong(BuildRun::size).sum());
  }

  private static OnnxModel model(BuildRequest request) {
    OnnxModel vanilla = request.architecture().build(request.seed());
    return request.method().method() == Method.VANILLA
        ? vanilla
        : AttentionRewriter.rewrite(vanilla, request.method(), SiteSelection.ALL).model();
  }

  private static String text(BuildRequest request, Map<String, String> fields) {
    StringBuilder text = new StringBuilder(request.kind());
    fields.forEach((name, value) -> text.append(' ').append(name).append('=').append(value));
    return text.append(" seed=").append(request.seed()).toString();
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Reading the size of " + file, e);
    }
  }
}

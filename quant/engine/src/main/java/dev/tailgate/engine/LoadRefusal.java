package dev.tailgate.engine;

import ai.onnxruntime.OrtException;
import dev.tailgate.onnx.ir.NestedGraph;
import dev.tailgate.onnx.ir.NestedGraphs;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.ir.Printable;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Why the runtime did not load a model: versions that are newer than it first, then operators of
 * libraries that were not named, and otherwise what it says itself.
 */
final class LoadRefusal {
  /** Domains whose operators come with the runtime, or stand for functions it inlines. */
  private static final Set<String> BUILT_IN =
      Set.of(
          "",
          "ai.onnx.ml",
          "ai.onnx.training",
          "ai.onnx.preview",
          "ai.onnx.preview.training",
          "com.microsoft",
          "com.microsoft.nchwc",
          "com.microsoft.experimental",
          "com.ms.internal.nhwc",
          "org.pytorch.aten");

  private static final int LISTED = 5;

  private LoadRefusal() {}

  static ModelRunException of(OnnxModel model, RunnerOptions options, OrtException e) {
    String runtime = "ONNX Runtime " + RuntimeInfo.version();
    Optional<String> versions = RuntimeLimits.exceededBy(model);
    if (versions.isPresent()) {
      return new ModelRunException(
          "Failed to load the model into " + runtime + ": " + versions.get(), e);
    }
    Optional<String> foreign = foreignOperators(model);
    String reason = RuntimeReason.of(e);
    if (foreign.isPresent() && isAboutOperators(reason)) {
      String libraries =
          options.customOps().isEmpty()
              ? "Name the library that has them with --custom-ops LIB; for those of"
                  + " ai.onnx.contrib that is the library of onnxruntime-extensions."
              : "None of the libraries of --custom-ops has them: name the one that does.";
      return new ModelRunException(
          String.format(
              Locale.ROOT,
              "Failed to load the model into %s: expected operators that it knows, found %s. %s It says '%s'.",
              runtime,
              foreign.get(),
              libraries,
              reason),
          e);
    }
    return new ModelRunException(
        "Failed to load the model into "
            + runtime
            + ": it says '"
            + reason
            + "'. Check the model with ONNX Runtime itself; operators or shapes it does not accept"
            + " cannot be audited.",
        e);
  }

  private static boolean isAboutOperators(String reason) {
    return reason.contains("is not a registered function/op")
        || reason.contains("No opset import for domain")
        || reason.contains("No Op registered for");
  }

  /** For example {@code CustomGelu of domain my.ops}; functions of the model are known. */
  private static Optional<String> foreignOperators(OnnxModel model) {
    Set<String> functions =
        model.functions().stream()
            .map(f -> f.domain() + ":" + f.name())
            .collect(Collectors.toUnmodifiableSet());
    Set<String> foreign =
        Stream.concat(Stream.of(model), NestedGraphs.of(model).stream().map(NestedGraph::view))
            .flatMap(graph -> graph.graph().nodes().stream())
            .filter(node -> !BUILT_IN.contains(node.domain()))
            .filter(node -> !functions.contains(node.domain() + ":" + node.opType()))
            .map(LoadRefusal::words)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (foreign.isEmpty()) {
      return Optional.empty();
    }
    String more = foreign.size() > LISTED ? " and " + (foreign.size() - LISTED) + " more" : "";
    return Optional.of(foreign.stream().limit(LISTED).collect(Collectors.joining(", ")) + more);
  }

  private static String words(OnnxNode node) {
    return Printable.of(node.opType()) + " of domain " + Printable.of(node.domain());
  }
}

package dev.tailgate.engine.input;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Picks the output that holds the predictions. In order: an output named logits or scores; one of
 * {@code [B, T, V]} with V the vocabulary; the first of rank 2 or 3 that is no key, value or hidden
 * state by name; the first real-valued output.
 */
public final class PrimaryOutput {
  private PrimaryOutput() {}

  /** The name of the output; empty for a model without real-valued outputs. */
  public static Optional<String> of(OnnxGraph graph) {
    return find(graph, new InputRoles(graph, 1)).map(ValueInfo::name);
  }

  /**
   * The name of the output; of a model without real-valued outputs, the first that can be read.
   *
   * @throws dev.tailgate.engine.tensor.DataException for a model without outputs that can be read
   */
  public static String orFirst(OnnxGraph graph) {
    return of(graph).orElseGet(() -> ReadableOutputs.of(graph).names().iterator().next());
  }

  /** The same for roles that are known already. */
  public static Optional<ValueInfo> find(OnnxGraph graph, InputRoles roles) {
    int vocabulary = vocabulary(roles);
    List<ValueInfo> real = graph.outputs().stream().filter(o -> o.type().isFloat()).toList();
    List<Predicate<ValueInfo>> preference =
        List.of(
            o -> lower(o).contains("logits") || lower(o).contains("scores"),
            o -> o.rank() == 3 && lastDim(o) == vocabulary,
            o -> (o.rank() == 2 || o.rank() == 3) && !lower(o).matches(".*(present|past|hidden).*"),
            o -> true);
    return preference.stream().flatMap(wanted -> real.stream().filter(wanted)).findFirst();
  }

  /**
   * Whether {@code output} predicts tokens: {@code [B, T, V]}, V the vocabulary, or, in an output
   * named logits, of open size or not much less: tables and heads are padded differently.
   */
  public static boolean predictsTokens(OnnxGraph graph) {
    InputRoles roles = new InputRoles(graph, 1);
    int vocabulary = vocabulary(roles);
    return vocabulary > 0
        && find(graph, roles)
            .filter(o -> o.rank() == 3)
            .filter(
                o ->
                    lastDim(o) == vocabulary
                        || (lower(o).contains("logits") && isNear(o, vocabulary)))
            .isPresent();
  }

  private static boolean isNear(ValueInfo output, int vocabulary) {
    return lastDim(output) < 0 || lastDim(output) >= 0.9 * vocabulary;
  }

  private static int vocabulary(InputRoles roles) {
    return roles.all().values().stream()
        .filter(InputRole.TokenIds.class::isInstance)
        .mapToInt(r -> ((InputRole.TokenIds) r).vocabulary())
        .max()
        .orElse(-1);
  }

  private static long lastDim(ValueInfo output) {
    return output.shape().orElseThrow().get(output.rank() - 1).sizeOrMinusOne();
  }

  private static String lower(ValueInfo output) {
    return output.name().toLowerCase(Locale.ROOT);
  }
}

package dev.tailgate.engine.input;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which output is read for what.
 *
 * @param predictions logits, or numbers, see {@link PrimaryOutput}
 * @param spanStart logits of an answer's first token: an output with "start" in its name, or the
 *     first of two alike
 * @param spanEnd logits of its last token, likewise
 * @param embedding what stands for a sample as a whole: a sentence embedding or pooled output by
 *     name, then a hidden state by name, and otherwise the predictions
 * @param tokens what stands for each token: an output called a hidden state or token embeddings, or
 *     the first {@code [B, T, D]}
 */
public record ModelOutputs(
    String predictions,
    Optional<String> spanStart,
    Optional<String> spanEnd,
    String embedding,
    Optional<String> tokens) {
  private static final List<String> EMBEDDINGS =
      List.of("sentence_embedding", "embedding", "pooler", "pooled", "last_hidden_state");

  /** Reads the outputs off the signature. */
  public static ModelOutputs of(OnnxGraph graph) {
    String predictions = PrimaryOutput.orFirst(graph);
    List<ValueInfo> real = graph.outputs().stream().filter(o -> o.type().isFloat()).toList();
    return new ModelOutputs(
        predictions,
        named(real, "start").or(() -> two(real, 0)),
        named(real, "end").or(() -> two(real, 1)),
        EMBEDDINGS.stream()
            .flatMap(name -> named(real, name).stream())
            .findFirst()
            .orElse(predictions),
        named(real, "hidden_state")
            .or(() -> named(real, "token_embedding"))
            .or(() -> real.stream().filter(o -> o.rank() == 3).map(ValueInfo::name).findFirst()));
  }

  /** A model with one output of interest. */
  public static ModelOutputs only(String output) {
    return new ModelOutputs(
        output, Optional.empty(), Optional.empty(), output, Optional.of(output));
  }

  /** Whether answers can be read as two logits a token. */
  public boolean pointsAtSpans() {
    return spanStart.isPresent() && spanEnd.isPresent();
  }

  private static Optional<String> named(List<ValueInfo> outputs, String part) {
    return outputs.stream()
        .map(ValueInfo::name)
        .filter(name -> name.toLowerCase(Locale.ROOT).contains(part))
        .findFirst();
  }

  private static Optional<String> two(List<ValueInfo> outputs, int which) {
    boolean alike = outputs.size() == 2 && outputs.stream().allMatch(o -> o.rank() == 2);
    return alike ? Optional.of(outputs.get(which).name()) : Optional.empty();
  }
}

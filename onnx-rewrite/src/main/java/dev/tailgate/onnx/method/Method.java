package dev.tailgate.onnx.method;

import dev.tailgate.onnx.attention.Normaliser;
import dev.tailgate.onnx.method.Training.Gradient;
import dev.tailgate.onnx.rewrite.Entmax;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.SigmoidAttention;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import dev.tailgate.onnx.rewrite.Softpick;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Normaliser and gate of an attention, by the names of the papers: the one list of methods. Each
 * has its formula, its parameters, what training can rely on, and a normaliser that writes the
 * nodes and computes the same in doubles. Help, completion and the table in docs/rewriting.md are
 * made from it.
 */
// The lists and functions are immutable, which the checker cannot know.
@SuppressWarnings("ImmutableEnumChecker")
public enum Method {
  /** What a model was before rewrites that Tailgate recorded in it. */
  VANILLA(
      Normaliser.SOFTMAX,
      "what the model was before rewrites that Tailgate recorded in it",
      Training.of(Gradient.EVERY_SCORE, "1706.03762"),
      List.of(),
      values -> SoftmaxSpec.SOFTMAX),
  /** Softmax1 (arXiv 2404.03828). */
  OUTEFFHOP(
      Normaliser.SOFTMAX1,
      "Softmax1: `p_i = exp(z_i) / (1 + sum_j exp(z_j))`",
      Training.of(Gradient.EVERY_SCORE, "2404.03828"),
      MethodParameters.OF_SINKS,
      values -> SoftmaxSpec.SOFTMAX1),
  /** Clipped_Softmax (arXiv 2306.12929). */
  CLIPPED_SOFTMAX(
      Normaliser.CLIPPED_SOFTMAX,
      "`clip((zeta - gamma) p + gamma, 0, 1)` of softmax",
      Training.of(Gradient.THROUGH_THE_SUM, "2306.12929"),
      MethodParameters.OF_CLIPPING,
      values -> SoftmaxSpec.SOFTMAX.clipped(MethodParts.clipping(values))),
  /** Softmax1, clipped. */
  CLIPPED_OUTEFFHOP(
      Normaliser.CLIPPED_SOFTMAX1,
      "the same of Softmax1",
      Training.of(Gradient.THROUGH_THE_SUM, "2404.03828"),
      joined(MethodParameters.OF_CLIPPING, MethodParameters.OF_SINKS),
      values -> SoftmaxSpec.SOFTMAX1.clipped(MethodParts.clipping(values))),
  /** Gated_Attention (arXiv 2306.12929). */
  GATED_ATTENTION(
      Normaliser.SOFTMAX,
      "context times `sigmoid(G(x))`, a number for each head and token",
      Training.of(Gradient.EVERY_SCORE).gated("2306.12929"),
      MethodParameters.OF_GATES,
      values -> SoftmaxSpec.SOFTMAX),
  /** Softmax1 behind a gate. */
  GATED_OUTEFFHOP(
      Normaliser.SOFTMAX1,
      "the same with Softmax1",
      Training.of(Gradient.EVERY_SCORE).gated("2404.03828"),
      joined(MethodParameters.OF_GATES, MethodParameters.OF_SINKS),
      values -> SoftmaxSpec.SOFTMAX1),
  /** {@code exp(x_i) / (n + sum_j exp(x_j))}; Softmax1 is the case of n = 1. */
  SOFTMAX_N(
      Normaliser.SOFTMAX1,
      "`p_i = exp(z_i) / (n + sum_j exp(z_j))`",
      Training.of(Gradient.EVERY_SCORE),
      joined(List.of(MethodParameters.N), MethodParameters.OF_RETRIEVAL),
      MethodParts::softmaxN),
  /** Softpick (arXiv 2504.20966). */
  SOFTPICK(
      new Softpick(),
      "`p_i = relu(exp(z_i) - 1) / (sum_j abs(exp(z_j) - 1) + 1e-8)`",
      Training.of(Gradient.THROUGH_THE_SUM, "2504.20966")),
  /** Sigmoid attention (arXiv 2409.04431). */
  SIGMOID(
      new SigmoidAttention(),
      "`p_i = sigmoid(z_i - ln S)`, with `S` the number of keys of each run",
      Training.of(Gradient.EVERY_SCORE, "2409.04431")),
  /** Sparsemax (arXiv 1602.02068). */
  SPARSEMAX(
      Entmax.SPARSEMAX,
      "`p_i = max(z_i - t, 0)`, with the `t` at which they sum to 1",
      Training.of(Gradient.SUPPORT_ONLY, "1602.02068")),
  /** Entmax with alpha = 1.5 (arXiv 1905.05702). */
  ENTMAX15(
      Entmax.ENTMAX15,
      "`p_i = max(z_i / 2 - t, 0)^2`, likewise",
      Training.of(Gradient.SUPPORT_ONLY, "1905.05702", "1909.00015"));

  private final Normaliser kind;
  private final String formula;
  private final Training training;
  private final List<MethodParameter> parameters;
  private final Function<MethodValues, NormaliserSpec> normaliser;

  /** A normaliser without parameters. */
  Method(NormaliserSpec normaliser, String formula, Training training) {
    this(normaliser.kind(), formula, training, List.of(), values -> normaliser);
  }

  Method(
      Normaliser kind,
      String formula,
      Training training,
      List<MethodParameter> parameters,
      Function<MethodValues, NormaliserSpec> normaliser) {
    this.kind = kind;
    this.formula = formula;
    this.training = training;
    this.parameters = joined(parameters, List.of(MethodParameters.HEADS));
    this.normaliser = normaliser;
  }

  private static List<MethodParameter> joined(
      List<MethodParameter> first, List<MethodParameter> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /** The name on the command line and in results, for example {@code clipped_outeffhop}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What becomes of an attention with masked scores {@code z}, in Markdown. */
  public String formula() {
    return formula;
  }

  /** What training can rely on. */
  public Training training() {
    return training;
  }

  /** What it takes, in the order of help. */
  public List<MethodParameter> parameters() {
    return parameters;
  }

  /** What every site is found to be afterwards. */
  public Normaliser kind() {
    return kind;
  }

  /** Whether a gate multiplies the context. */
  public boolean isGated() {
    return training.gate();
  }

  /**
   * The method with these values; what is read from files comes later.
   *
   * @param seed of untrained gates
   * @throws IllegalArgumentException for values that do not go together or are out of bounds
   */
  public MethodSpec spec(MethodValues values, long seed) {
    for (MethodParameter parameter : MethodParameters.ALL) {
      MethodParts.require(
          parameters.contains(parameter) || !values.has(parameter),
          parameter.flag() + " goes with " + parameter.methods() + ", not with " + label());
    }
    MethodParts.checkSinks(values);
    return new MethodSpec(
        this,
        normaliser.apply(values),
        Map.of(),
        isGated() ? Optional.of(MethodParts.gate(values, seed)) : Optional.empty(),
        Map.of(),
        MethodParts.retrieval(values),
        values.count(MethodParameters.HEADS));
  }
}

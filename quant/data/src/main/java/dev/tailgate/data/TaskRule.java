package dev.tailgate.data;

import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.input.PrimaryOutput;
import dev.tailgate.onnx.ir.OnnxGraph;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides which task metrics apply, from the signature and the data. The first rule that fits:
 *
 * <ol>
 *   <li>what the user asked for;
 *   <li>labels that are real numbers: regression or forecast;
 *   <li>integer labels {@code [N]}: classification;
 *   <li>integer labels {@code [N, 2]} and outputs for the start and the end of an answer: span;
 *   <li>integer labels {@code [N, T]}: for a model that reads two texts the tokens its decoder is
 *       to produce; where the model predicts tokens, a masked language model; otherwise classes of
 *       tokens. -100 where nothing is predicted;
 *   <li>a model that predicts tokens, with a token type input or a tokenizer with a mask token:
 *       masked language model if the data can be masked (text), otherwise agreement;
 *   <li>a model that reads two texts, an encoder with a decoder: agreement;
 *   <li>any other model that predicts tokens: causal language model;
 *   <li>agreement with the float model.
 * </ol>
 *
 * <p>An encoder exported without token types, with token ids and no labels, looks like a decoder
 * here; {@code Samples} tells them apart by running the model.
 */
public final class TaskRule {
  private TaskRule() {}

  /** For arrays with labels of {@code rank} dimensions, of real numbers or of integers. */
  public static Task forLabels(
      OnnxGraph graph, ModelInputs inputs, Labelled labels, Optional<Task> asked) {
    if (asked.isPresent()) {
      return asked.get();
    }
    if (labels.isReal()) {
      return Task.REGRESSION;
    }
    if (labels.rank() == 1) {
      return Task.CLASSIFICATION;
    }
    if (labels.width() == 2 && ModelOutputs.of(graph).pointsAtSpans()) {
      return Task.SPAN;
    }
    if (readsTwoTexts(inputs)) {
      return Task.SEQ2SEQ;
    }
    return PrimaryOutput.predictsTokens(graph) ? Task.MASKED_LM : Task.TOKEN_CLASSIFICATION;
  }

  /**
   * What labels look like.
   *
   * @param rank of all labels together, samples along the first axis
   * @param width of the second axis; 1 where there is none
   * @param isReal whether they are real numbers
   */
  public record Labelled(int rank, long width, boolean isReal) {}

  /** For arrays without labels. */
  public static Task forUnlabelled(OnnxGraph graph, ModelInputs inputs, Optional<Task> asked) {
    if (asked.isPresent()) {
      return asked.get();
    }
    boolean isCausal =
        PrimaryOutput.predictsTokens(graph) && !hasTokenTypes(inputs) && !readsTwoTexts(inputs);
    return isCausal ? Task.CAUSAL_LM : Task.AGREEMENT;
  }

  /** For text, read with a tokenizer that has a mask token or not. */
  public static Task forText(
      OnnxGraph graph, ModelInputs inputs, boolean hasMaskToken, Optional<Task> asked) {
    if (asked.isPresent()) {
      return asked.get();
    }
    if (!PrimaryOutput.predictsTokens(graph) || readsTwoTexts(inputs)) {
      return Task.AGREEMENT;
    }
    if (hasMaskToken) {
      return Task.MASKED_LM;
    }
    return hasTokenTypes(inputs) ? Task.AGREEMENT : Task.CAUSAL_LM;
  }

  /**
   * An encoder and a decoder have texts of their own; which one is predicted, no name tells. Or the
   * decoder, known by its name, describes a picture or sound.
   */
  private static boolean readsTwoTexts(ModelInputs inputs) {
    long texts =
        inputs.layouts().stream().filter(l -> l.role() instanceof InputRole.TokenIds).count();
    boolean describes =
        inputs.layouts().stream().anyMatch(TaskRule::isDecoderInput)
            && inputs.layouts().stream()
                .anyMatch(
                    l ->
                        l.role() instanceof InputRole.Pixels
                            || l.role() instanceof InputRole.Noise);
    return texts > 1 || describes;
  }

  /** Whether token ids are, by their name, those of a decoder, which follow from its labels. */
  public static boolean isDecoderInput(InputLayout layout) {
    return layout.role() instanceof InputRole.TokenIds
        && layout.name().toLowerCase(Locale.ROOT).contains("decoder");
  }

  private static boolean hasTokenTypes(ModelInputs inputs) {
    return inputs.layouts().stream().anyMatch(l -> l.role() instanceof InputRole.TokenTypes);
  }
}

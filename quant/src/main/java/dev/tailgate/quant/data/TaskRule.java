package dev.tailgate.quant.data;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.quant.input.InputRole;
import dev.tailgate.quant.input.ModelInputs;
import dev.tailgate.quant.input.PrimaryOutput;
import java.util.Optional;

/**
 * Decides which task metric applies, from the signature and the data. The first rule that fits:
 *
 * <ol>
 *   <li>what the user asked for;
 *   <li>labels {@code [N]}: classification;
 *   <li>labels {@code [N, T]}: masked language model, -100 where nothing is predicted;
 *   <li>a model that predicts tokens, with a token type input or a tokenizer with a mask token:
 *       masked language model if the data can be masked (text), otherwise agreement;
 *   <li>a model that reads two texts, an encoder with a decoder: agreement;
 *   <li>any other model that predicts tokens: causal language model;
 *   <li>agreement with the float model.
 * </ol>
 *
 * <p>An encoder exported without token types, with token ids and no labels, looks like a decoder:
 * ask for agreement there.
 */
public final class TaskRule {
  private TaskRule() {}

  /** For arrays, whose labels have {@code labelRank} dimensions or are absent (-1). */
  public static Task forArrays(
      OnnxGraph graph, ModelInputs inputs, int labelRank, Optional<Task> asked) {
    if (asked.isPresent()) {
      return asked.get();
    }
    if (labelRank >= 0) {
      return labelRank == 1 ? Task.CLASSIFICATION : Task.MASKED_LM;
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

  /** An encoder and a decoder have texts of their own; which one is predicted, no name tells. */
  private static boolean readsTwoTexts(ModelInputs inputs) {
    return inputs.layouts().stream().filter(l -> l.role() instanceof InputRole.TokenIds).count()
        > 1;
  }

  private static boolean hasTokenTypes(ModelInputs inputs) {
    return inputs.layouts().stream().anyMatch(l -> l.role() instanceof InputRole.TokenTypes);
  }
}

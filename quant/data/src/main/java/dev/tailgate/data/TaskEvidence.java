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
 * What speaks for a task: the signature of the model, and what the data is like.
 *
 * @param labels what the labels look like; empty without
 * @param hasMaskToken whether texts are read with a tokenizer that can mask
 */
public record TaskEvidence(
    OnnxGraph graph, ModelInputs inputs, Optional<Labelled> labels, boolean hasMaskToken) {

  /**
   * What labels look like.
   *
   * @param rank of all labels together, samples along the first axis
   * @param width of the second axis; 1 where there is none
   * @param isReal whether they are real numbers
   */
  public record Labelled(int rank, long width, boolean isReal) {}

  /** Of a model and labels that there may be. */
  public TaskEvidence(OnnxGraph graph, ModelInputs inputs, Optional<Labelled> labels) {
    this(graph, inputs, labels, false);
  }

  /** Whether there are no labels and one text. */
  boolean isBare() {
    return labels.isEmpty() && !readsTwoTexts();
  }

  /** Labels are real numbers. */
  boolean labelsNumbers() {
    return labels.filter(Labelled::isReal).isPresent();
  }

  /** Labels are one integer a sample. */
  boolean labelsSamples() {
    return labels.filter(l -> !l.isReal() && l.rank() == 1).isPresent();
  }

  /** Labels are two integers a sample, and the model points at starts and ends. */
  boolean labelsSpans() {
    return labels.filter(l -> !l.isReal() && l.rank() != 1 && l.width() == 2).isPresent()
        && ModelOutputs.of(graph).pointsAtSpans();
  }

  /** Labels are integers at the tokens of the text that the model reads. */
  boolean labelsTokens() {
    return hasIntegers() && !readsTwoTexts();
  }

  /** Labels are integers at the tokens of one of two texts. */
  boolean labelsTokensOfDecoder() {
    return hasIntegers() && readsTwoTexts();
  }

  private boolean hasIntegers() {
    return labels.filter(l -> !l.isReal() && l.rank() != 1).isPresent() && !labelsSpans();
  }

  /** Whether the model predicts tokens of a vocabulary. */
  boolean predictsTokens() {
    return PrimaryOutput.predictsTokens(graph);
  }

  /**
   * An encoder and a decoder have texts of their own; which one is predicted, no name tells. Or the
   * decoder, known by its name, describes a picture or sound.
   */
  private boolean readsTwoTexts() {
    long texts =
        inputs.layouts().stream().filter(l -> l.role() instanceof InputRole.TokenIds).count();
    boolean describes =
        inputs.layouts().stream().anyMatch(TaskEvidence::isDecoderInput)
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

  /** Whether the model tells two parts of a text apart, as encoders do. */
  boolean hasTokenTypes() {
    return inputs.layouts().stream().anyMatch(l -> l.role() instanceof InputRole.TokenTypes);
  }
}

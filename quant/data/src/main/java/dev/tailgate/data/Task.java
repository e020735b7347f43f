package dev.tailgate.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a model is asked to do, and so which labels it needs and which task metrics apply. Each task
 * says by which evidence it is inferred where nobody asks for it; no evidence fits two of them but
 * agreement, which is the last.
 */
@SuppressWarnings("ImmutableEnumChecker") // the conditions have no state
public enum Task {
  /**
   * Next-token prediction: position t of the logits predicts token t + 1. Inferred for a model that
   * predicts tokens and reads one text, without token types and a mask token, as encoders have
   * them. An encoder exported without token types looks the same; {@code Samples} tells it apart by
   * running the model.
   */
  CAUSAL_LM(
      LabelForm.OWN_TOKENS,
      e -> e.isBare() && e.predictsTokens() && !e.hasMaskToken() && !e.hasTokenTypes()),

  /**
   * Masked-token prediction. Inferred from labels at tokens, or a tokenizer with a mask token, for
   * a model that predicts tokens and reads one text.
   */
  MASKED_LM(
      LabelForm.OWN_TOKENS,
      e -> e.predictsTokens() && (e.labelsTokens() || (e.isBare() && e.hasMaskToken()))),

  /** Classification. Inferred from one integer a sample. */
  CLASSIFICATION(LabelForm.CLASS, TaskEvidence::labelsSamples),

  /** Classification of each token. Inferred from integers at tokens, logits {@code [B, T, C]}. */
  TOKEN_CLASSIFICATION(LabelForm.TOKENS, e -> e.labelsTokens() && !e.predictsTokens()),

  /** An answer in a text. Inferred from two integers a sample and outputs for start and end. */
  SPAN(LabelForm.SPAN, TaskEvidence::labelsSpans),

  /** Regression, forecasts {@code [B, T_out, D]} too. Inferred from labels of real numbers. */
  REGRESSION(LabelForm.NUMBERS, TaskEvidence::labelsNumbers),

  /** Similarity: two samples in a row, 2i and 2i + 1, are a pair with a human score. */
  SIMILARITY(LabelForm.PAIR_SCORE, e -> false),

  /** Nearest neighbours: do float and quantized embeddings have the same ones? */
  NEIGHBOURS(LabelForm.NONE, e -> false),

  /**
   * Sequence to sequence: labels are the tokens that an encoder-decoder is to produce; the decoder
   * is fed the right ones (teacher forcing), position t of the logits predicts label t. Inferred
   * from labels at tokens for a model that reads two texts.
   */
  SEQ2SEQ(LabelForm.TOKENS, TaskEvidence::labelsTokensOfDecoder),

  /** Agreement with the float model: what holds where nothing else does. */
  AGREEMENT(LabelForm.NONE, e -> true);

  private final LabelForm form;
  private final Predicate<TaskEvidence> fits;

  Task(LabelForm form, Predicate<TaskEvidence> fits) {
    this.form = form;
    this.fits = fits;
  }

  /** The task that {@code evidence} speaks for, unless one is {@code asked} for. */
  public static Task infer(TaskEvidence evidence, Optional<Task> asked) {
    return asked.orElseGet(
        () -> Arrays.stream(values()).filter(t -> t.fits.test(evidence)).findFirst().orElseThrow());
  }

  /** What a label of it is. */
  public LabelForm form() {
    return form;
  }

  /** Samples that belong together, one behind the other. */
  public int group() {
    return form == LabelForm.PAIR_SCORE ? 2 : 1;
  }

  /** Whether vectors are compared, rather than predictions. */
  public boolean comparesEmbeddings() {
    return this == SIMILARITY || this == NEIGHBOURS;
  }

  /** The name on the command line and in JSON, such as {@code causal-lm}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** All labels, in the order in which they are printed. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(Task::label).toList();
  }

  /** The task of that label. */
  public static Optional<Task> byLabel(String label) {
    return Arrays.stream(values()).filter(task -> task.label().equals(label)).findFirst();
  }
}

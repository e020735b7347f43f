package dev.tailgate.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the labels of a data source mean, and so which task metrics apply. */
public enum Task {
  /** Labels are token ids {@code [B, T]}: position t of the logits predicts token t + 1. */
  CAUSAL_LM("next-token prediction"),
  /** Labels are token ids {@code [B, T]} at masked positions, -100 elsewhere. */
  MASKED_LM("masked-token prediction"),
  /** Labels are class ids {@code [B]}. */
  CLASSIFICATION("classification"),
  /** Labels are class ids {@code [B, T]}, -100 where none counts; logits {@code [B, T, C]}. */
  TOKEN_CLASSIFICATION("classification of each token"),
  /** Labels are the first and last token of the answer, {@code [B, 2]}. */
  SPAN("answer span"),
  /** Labels are numbers of the predictions' shape; forecasts {@code [B, T_out, D]} too. */
  REGRESSION("regression or forecast"),
  /**
   * Two samples in a row, 2i and 2i + 1, are a pair; labels {@code [B]} hold its human score on
   * both.
   */
  SIMILARITY("similarity of pairs"),
  /** No labels: do float and quantized embeddings have the same nearest neighbours? */
  NEIGHBOURS("nearest neighbours of embeddings"),
  /**
   * Labels are the tokens {@code [B, T]} that an encoder-decoder is to produce; the decoder is fed
   * the right ones (teacher forcing), position t of the logits predicts label t.
   */
  SEQ2SEQ("sequence to sequence, teacher forcing"),
  /** No labels. The quantized model is compared with the float model. */
  AGREEMENT("agreement with the float model");

  private final String words;

  Task(String words) {
    this.words = words;
  }

  /** The name on the command line and in JSON, such as {@code causal-lm}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What the model does, in words. */
  public String inWords() {
    return words;
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

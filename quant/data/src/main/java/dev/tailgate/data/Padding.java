package dev.tailgate.data;

import java.util.List;

/** What short token sequences are filled up to, where the model leaves their length open. */
public enum Padding {
  /** The longest of their batch; samples of similar length share a batch. */
  BATCH,
  /** The longest that a sample may be, whatever the batch; samples keep their order. */
  LENGTH;

  private static final Flag<Padding> PADDING =
      Flag.choice(
          "--padding",
          "HOW",
          values(),
          "What short texts are filled up to: %s. batch: the longest of their batch, made of samples"
              + " of similar length; length: --sequence-length, for exports that take one length"
              + " only. Default: batch.");

  /** As users write it. */
  public static final OptionSet<Padding> SET =
      new OptionSet<>("Text", List.of(PADDING), given -> given.get(PADDING).orElse(BATCH));
}

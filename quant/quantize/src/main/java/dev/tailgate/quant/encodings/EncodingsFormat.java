package dev.tailgate.quant.encodings;

import java.util.Arrays;

/** The files {@link EncodingsFile} knows. */
public enum EncodingsFormat {
  /** Our own JSON: says everything, and needs no model to be read. */
  TAILGATE("tailgate"),
  /** AIMET encodings 1.0.0; see {@link Aimet1}. */
  AIMET_1("aimet-1.0.0"),
  /** AIMET encodings 2.0.0; see {@link Aimet2}. */
  AIMET_2("aimet-2.0.0");

  private final String label;

  EncodingsFormat(String label) {
    this.label = label;
  }

  /** Spelling on the command line. */
  public String label() {
    return label;
  }

  /**
   * Reads a label.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static EncodingsFormat parse(String text) {
    return Arrays.stream(values())
        .filter(format -> format.label.equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Expected one of tailgate, aimet-1.0.0, aimet-2.0.0, found '" + text + "'"));
  }
}

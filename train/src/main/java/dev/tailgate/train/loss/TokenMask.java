package dev.tailgate.train.loss;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.Locale;
import java.util.Optional;

/** The input of a model that says which tokens count. */
public final class TokenMask {
  private TokenMask() {}

  /** Its name, that of an encoder where there is a decoder, too. */
  public static Optional<String> of(OnnxModel model) {
    return model.graph().inputs().stream()
        .filter(input -> input.rank() == 2)
        .map(ValueInfo::name)
        .filter(name -> name.toLowerCase(Locale.ROOT).contains("mask"))
        .filter(name -> !name.toLowerCase(Locale.ROOT).contains("decoder"))
        .findFirst();
  }

  /** The same for an output with an entry for each token; empty for any other. */
  public static Optional<String> ofOutput(OnnxModel model, String output) {
    return model.graph().outputs().stream()
            .anyMatch(info -> info.name().equals(output) && info.rank() == 3)
        ? of(model)
        : Optional.empty();
  }
}

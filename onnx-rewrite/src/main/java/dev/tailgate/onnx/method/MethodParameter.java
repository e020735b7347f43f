package dev.tailgate.onnx.method;

import java.util.List;

/**
 * A parameter of methods: an option of {@code tailgate rewrite}, and for most of them {@code
 * NAME=VALUE} behind a method in {@code tailgate compare}.
 *
 * @param name without the dashes
 * @param placeholder what stands for the value in help
 * @param values what it takes
 * @param methods whom it goes with, as refusals say it; empty for all
 * @param inline whether it can stand behind a method
 * @param help one paragraph
 */
public record MethodParameter(
    String name, String placeholder, Values values, String methods, boolean inline, String help) {
  /** What a parameter takes. */
  public sealed interface Values {}

  /** A number. */
  public record Real() implements Values {}

  /** A number; where the parameter is given without one, this. */
  public record RealOr(double otherwise) implements Values {}

  /** A whole number of at least 1. */
  public record Count() implements Values {}

  /** One of these words. */
  public record Word(List<String> words) implements Values {}

  /** A file that is read. */
  public record File() implements Values {}

  /** Yes or, with {@code no-} in front of the name, no. */
  public record Switch() implements Values {}

  /** The option. */
  public String flag() {
    return "--" + name;
  }
}

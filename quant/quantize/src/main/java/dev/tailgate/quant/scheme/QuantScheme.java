package dev.tailgate.quant.scheme;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How a model is quantized: weights, activations, or both. An absent side stays float.
 *
 * @param name the spelling it was asked for by, or its parts
 */
public record QuantScheme(
    String name, Optional<TensorScheme> weights, Optional<TensorScheme> activations) {

  /** The presets, in the order in which they are listed. */
  public static final List<String> PRESETS =
      withFloats(
          "w8a8", "w8a8-per-channel", "w8a8-dynamic", "w6a8", "w6a6", "w4a8", "w4a16", "w8a16");

  private static final Pattern BITS = Pattern.compile("w(\\d{1,2})a(\\d{1,2})(-per-channel)?");
  private static final int FLOAT_ACTIVATIONS = 16;
  private static final int COMMON_BLOCK = 32;

  private static List<String> withFloats(String... widths) {
    return Stream.concat(Stream.of(widths), Minifloat.labels().stream()).toList();
  }

  /** Refuses granularities that a side cannot have, and a scheme of nothing. */
  public QuantScheme {
    if (weights.isEmpty() && activations.isEmpty()) {
      throw new IllegalArgumentException("A scheme quantizes weights, activations, or both");
    }
    Optional<Granularity> ofWeights = weights.map(TensorScheme::granularity);
    if (ofWeights.filter(Granularity::isFoundInRuns).isPresent()) {
      throw new IllegalArgumentException(
          "Weights are known before any run: use tensor, channel or block=N, not "
              + ofWeights.get().label());
    }
    Granularity ofActivations = activations.map(TensorScheme::granularity).orElse(null);
    if (ofActivations instanceof Granularity.PerChannel
        || ofActivations instanceof Granularity.PerBlock) {
      throw new IllegalArgumentException(
          "A matrix product sums over the channels of an activation, so they share a scale: use"
              + " tensor, dynamic or token");
    }
  }

  /**
   * A preset, a label of {@link Minifloat}, or {@code wNaM[-per-channel]} for any widths of 2 to 16
   * bits. {@code a16} leaves activations in float, as the field writes it; for 16-bit integer
   * activations give the sides apart.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static QuantScheme parse(String text) {
    String name = text.toLowerCase(Locale.ROOT);
    switch (name) {
      case "w8a8-dynamic" -> {
        return new QuantScheme(
            name,
            Optional.of(TensorScheme.papersWeights(8, new Granularity.PerChannel())),
            Optional.of(TensorScheme.parse("uint8:asym:dynamic")));
      }
      case "w4a16" -> {
        TensorScheme blocks = TensorScheme.parse("int4:sym:block=" + COMMON_BLOCK);
        return new QuantScheme(name, Optional.of(blocks), Optional.empty());
      }
      default -> {
        return Minifloat.named(name)
            .map(format -> TensorScheme.parse(format.label()))
            .map(both -> new QuantScheme(name, Optional.of(both), Optional.of(both)))
            .orElseGet(() -> byWidths(name, text));
      }
    }
  }

  private static QuantScheme byWidths(String name, String text) {
    Matcher widths = BITS.matcher(name);
    if (!widths.matches()) {
      throw new IllegalArgumentException(
          "Expected one of " + String.join(", ", PRESETS) + ", or wNaM, found '" + text + "'");
    }
    int activationBits = Integer.parseInt(widths.group(2));
    boolean weightOnly = activationBits == FLOAT_ACTIVATIONS;
    boolean perChannel = widths.group(3) != null || weightOnly;
    Granularity granularity =
        perChannel ? new Granularity.PerChannel() : new Granularity.PerTensor();
    return new QuantScheme(
        name,
        Optional.of(TensorScheme.papersWeights(Integer.parseInt(widths.group(1)), granularity)),
        weightOnly
            ? Optional.empty()
            : Optional.of(TensorScheme.papersActivations(activationBits)));
  }

  /** The same with one side or both replaced; the name then states both sides. */
  public QuantScheme with(
      Optional<TensorScheme> newWeights, Optional<TensorScheme> newActivations) {
    if (newWeights.isEmpty() && newActivations.isEmpty()) {
      return this;
    }
    Optional<TensorScheme> w = newWeights.or(this::weights);
    Optional<TensorScheme> a = newActivations.or(this::activations);
    return new QuantScheme("weights " + words(w) + ", activations " + words(a), w, a);
  }

  private static String words(Optional<TensorScheme> side) {
    return side.map(TensorScheme::label).orElse("float");
  }

  /** The formats of its sides. */
  public List<NumberFormat> formats() {
    return Stream.of(weights, activations)
        .flatMap(Optional::stream)
        .map(TensorScheme::format)
        .toList();
  }

  /** Whether activations get their ranges in every run instead of by calibration. */
  public boolean isDynamic() {
    return activations.filter(side -> side.granularity().isFoundInRuns()).isPresent();
  }

  /** Whether they get one for each tensor in every run, as {@code DynamicQuantizeLinear} does. */
  public boolean isDynamicByTensor() {
    return activations
        .filter(side -> side.granularity() instanceof Granularity.Dynamic)
        .isPresent();
  }
}

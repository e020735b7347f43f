package dev.tailgate.data.image;

import dev.tailgate.data.Flag;
import dev.tailgate.data.OptionSet;
import dev.tailgate.engine.tensor.DataException;
import java.util.List;
import java.util.Optional;

/**
 * How pictures become model inputs: a preset, and what is to differ from it.
 *
 * @param mean by channel, or one for all; empty takes the preset's
 * @param deviation by channel, or one for all, above 0; empty takes the preset's
 * @param resize empty takes the preset's
 */
public record ImageOptions(
    ImagePreset preset,
    Optional<List<Double>> mean,
    Optional<List<Double>> deviation,
    Optional<ImageResize> resize) {
  private static final Flag<ImagePreset> PRESET =
      Flag.choice(
          "--image-preset",
          "NAME",
          ImagePreset.values(),
          "Size and numbers that the model was trained with: %s. Default: plain, values of 0 to 1.");

  private static final Flag<List<Double>> MEAN =
      Flag.list(
          "--image-mean",
          "M",
          Flag::real,
          "Mean of the pixels, 0 to 1, one or one a channel. Default: the preset's.");

  private static final Flag<List<Double>> DEVIATION =
      Flag.list(
          "--image-std",
          "S",
          Flag::real,
          "Their standard deviation, likewise. Default: the preset's.");

  private static final Flag<ImageResize> RESIZE =
      Flag.of(
          "--image-resize",
          "HOW",
          ImageResize::parse,
          "stretch, crop, crop:SIDE of the shorter side, or none, which refuses other sizes; with"
              + " ',bicubic' behind it instead of bilinear. Default: the preset's.");

  /** As users write them. */
  public static final OptionSet<ImageOptions> SET =
      new OptionSet<>(
          "Images",
          List.of(PRESET, MEAN, DEVIATION, RESIZE),
          given ->
              new ImageOptions(
                  given.get(PRESET).orElse(ImagePreset.PLAIN),
                  given.get(MEAN),
                  given.get(DEVIATION),
                  given.get(RESIZE)));

  /** Refuses numbers that are not finite, and deviations of 0 or less. */
  public ImageOptions {
    mean = mean.map(List::copyOf);
    deviation = deviation.map(List::copyOf);
    mean.ifPresent(m -> require("a finite mean", m, m.stream().allMatch(Double::isFinite)));
    deviation.ifPresent(
        d ->
            require(
                "a standard deviation above 0",
                d,
                d.stream().allMatch(v -> Double.isFinite(v) && v > 0)));
  }

  /** A preset as it is. */
  public static ImageOptions of(ImagePreset preset) {
    return new ImageOptions(preset, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Mean of channel {@code channel} of {@code channels}. */
  public double mean(int channel, int channels) {
    return pick("mean", mean.orElse(preset.mean()), channel, channels);
  }

  /** Standard deviation of channel {@code channel} of {@code channels}. */
  public double deviation(int channel, int channels) {
    return pick("standard deviation", deviation.orElse(preset.deviation()), channel, channels);
  }

  /** How pictures reach {@code side}, the longer side of what the model reads. */
  public ImageResize resize(int side) {
    return resize.orElse(preset.resize(side));
  }

  /**
   * One number serves all channels. A grey picture has no colour's number, so that presets for
   * colour give it the average of the three.
   */
  private static double pick(String what, List<Double> values, int channel, int channels) {
    if (values.size() == 1) {
      return values.get(0);
    }
    if (values.size() == channels) {
      return values.get(channel);
    }
    if (channels == 1) {
      return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }
    throw DataException.doing("preparing images")
        .expected("one " + what + ", or one for each of " + channels + " channels")
        .found(values.toString())
        .fix("Give as many numbers as the model has channels.");
  }

  private static void require(String expected, List<Double> values, boolean holds) {
    if (!holds || values.isEmpty()) {
      throw DataException.doing("preparing images")
          .expected(expected)
          .found(values.toString())
          .fix("Give the numbers that the model was trained with.");
    }
  }
}

package dev.tailgate.cli.command;

import dev.tailgate.data.ImageOptions;
import dev.tailgate.data.ImagePreset;
import dev.tailgate.data.ImageResize;
import dev.tailgate.engine.tensor.DataException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What is done to pictures before the model sees them. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ImageFlags {
  @Option(
      names = "--image-preset",
      paramLabel = "PRESET",
      defaultValue = "plain",
      converter = Choice.ImagePresets.class,
      completionCandidates = Choice.ImagePresets.class,
      description = {
        "Size and numbers that the model was trained with: ${COMPLETION-CANDIDATES}. Default:"
            + " ${DEFAULT-VALUE}, values of 0 to 1."
      })
  private String preset;

  @Option(
      names = "--image-mean",
      paramLabel = "M",
      split = ",",
      description = "Mean of the pixels, 0 to 1, one or one a channel. Default: the preset's.")
  private List<Double> mean;

  @Option(
      names = "--image-std",
      paramLabel = "S",
      split = ",",
      description = "Their standard deviation, likewise. Default: the preset's.")
  private List<Double> deviation;

  @Option(
      names = "--image-resize",
      paramLabel = "HOW",
      converter = ResizeConverter.class,
      description = {
        "stretch, crop, crop:SIDE of the shorter side, or none, which refuses other sizes; with"
            + " ',bicubic' behind it instead of bilinear. Default: the preset's."
      })
  private Optional<ImageResize> resize;

  /** What is asked for. */
  ImageOptions options() {
    return new ImageOptions(
        ImagePreset.valueOf(preset.toUpperCase(Locale.ROOT)),
        Optional.ofNullable(mean),
        Optional.ofNullable(deviation),
        resize);
  }

  /** A resize as {@link ImageResize#parse} reads it. */
  static final class ResizeConverter implements ITypeConverter<ImageResize> {
    @Override
    public ImageResize convert(String value) {
      try {
        return ImageResize.parse(value);
      } catch (DataException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}

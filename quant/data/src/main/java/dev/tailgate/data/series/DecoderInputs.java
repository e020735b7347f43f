package dev.tailgate.data.series;

import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What Informer and its successors read beside the window, told apart by name: calendar features of
 * the window ({@code x_mark_enc}, {@code batch_x_mark}) and of the decoder's span ({@code
 * x_mark_dec}, {@code batch_y_mark}), and the decoder's own input ({@code x_dec}, {@code dec_inp}):
 * the last points of the window, then zeros for the horizon.
 *
 * @param windowMarks the input for the calendar of the window
 * @param decoderMarks the input for the calendar of the decoder's span
 * @param decoder the decoder's input
 * @param labelLength points of the window that the decoder sees
 * @param features calendar features a point, 3 to 5; 0 without calendar inputs
 */
record DecoderInputs(
    Optional<String> windowMarks,
    Optional<String> decoderMarks,
    Optional<String> decoder,
    int labelLength,
    int features) {

  /** Assigns every input but the window itself; refuses what a series cannot give. */
  static DecoderInputs of(
      OnnxGraph graph, ModelInputs inputs, ForecastShape shape, SeriesOptions options) {
    Optional<String> windowMarks = Optional.empty();
    Optional<String> decoderMarks = Optional.empty();
    Optional<String> decoder = Optional.empty();
    List<Integer> spans = new ArrayList<>();
    int features = 0;
    for (InputLayout layout : inputs.layouts()) {
      String name = layout.name().toLowerCase(Locale.ROOT);
      boolean isSeries = layout.shape().length == 3 && layout.type().isFloat();
      if (layout.name().equals(shape.input()) || (!isSeries && isMadeUp(layout))) {
        continue;
      }
      boolean isDecoders = name.contains("dec") || name.contains("_y");
      boolean isMarks = name.contains("mark");
      if (!isSeries || (!isMarks && !isDecoders)) {
        throw ForecastShape.question(
            "inputs that a series gives: a window, calendar marks, a decoder's input",
            layout.name(),
            "Save this model's inputs as .npz instead.");
      }
      if (isMarks) {
        features = features(layout);
      }
      if (isMarks && !isDecoders) {
        windowMarks = Optional.of(layout.name());
        continue;
      }
      spans.add(span(graph, layout.name()));
      if (isMarks) {
        decoderMarks = Optional.of(layout.name());
      } else {
        decoder = Optional.of(layout.name());
      }
    }
    int label = labelLength(spans, shape, options);
    return new DecoderInputs(windowMarks, decoderMarks, decoder, label, features);
  }

  /** Masks, lengths and the like have values that do not come from data. */
  private static boolean isMadeUp(InputLayout layout) {
    return layout.role() instanceof InputRole.Mask
        || layout.role() instanceof InputRole.Scalar
        || layout.role() instanceof InputRole.PositionIds;
  }

  private static int features(InputLayout layout) {
    long last = layout.shape()[2];
    if (!TimeMarks.knows(last)) {
      throw ForecastShape.question(
          "3, 4 or 5 calendar features a point (daily, hourly, by the minute)",
          layout.name() + " with " + last,
          "Save this model's inputs as .npz instead.");
    }
    return (int) last;
  }

  /** Length of a decoder's span where the model fixes it, otherwise 0. */
  private static int span(OnnxGraph graph, String input) {
    return graph.inputs().stream()
        .filter(i -> i.name().equals(input))
        .findFirst()
        .flatMap(ValueInfo::shape)
        .map(dims -> (int) Math.max(0, dims.get(1).sizeOrMinusOne()))
        .orElse(0);
  }

  private static int labelLength(List<Integer> spans, ForecastShape shape, SeriesOptions options) {
    if (spans.isEmpty()) {
      return 0;
    }
    int fixed = spans.stream().mapToInt(s -> s).max().orElse(0);
    int asked = options.labelLength();
    int label = fixed > 0 ? fixed - shape.horizon() : asked > 0 ? asked : shape.window() / 2;
    boolean agrees = spans.stream().allMatch(s -> s == 0 || s == fixed);
    if (!agrees || label < 0 || label > shape.window() || (asked > 0 && asked != label)) {
      throw ForecastShape.question(
          "a decoder's span of known points, at most the window, and the horizon of "
              + shape.horizon(),
          "spans " + spans + (asked > 0 ? ", --label-length " + asked : ""),
          "Give another --label-length, or save this model's inputs as .npz.");
    }
    return label;
  }

  boolean hasMarks() {
    return features > 0;
  }
}

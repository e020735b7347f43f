package dev.tailgate.data.series;

import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.input.PrimaryOutput;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.List;
import java.util.Optional;

/**
 * What a forecaster reads and gives: input {@code [N, T_in, D]}, or {@code [N, T_in]} for one
 * channel; output {@code [N, T_out, D]}, {@code [N, T_out, 1]} for the last channel only, or {@code
 * [N, T_out]}.
 *
 * @param input name of the input
 * @param window T_in
 * @param horizon T_out; 0 where no forecast is compared
 * @param channels D of the input; 0 where it is open
 * @param channelAxis whether input samples have an axis of channels
 * @param forecastRank rank of one forecast: 2, or 1 without an axis of channels
 * @param forecastChannels D of the output; 0 where it is open
 */
record ForecastShape(
    String input,
    int window,
    int horizon,
    int channels,
    boolean channelAxis,
    int forecastRank,
    int forecastChannels) {

  /** Whether a model that reads {@code inputs} takes windows of a series. */
  static boolean fits(ModelInputs inputs) {
    return inputs.primary().filter(ForecastShape::isSeries).isPresent();
  }

  private static boolean isSeries(InputLayout layout) {
    int rank = layout.shape().length;
    return layout.type().isFloat() && layout.batchAxis() == 0 && (rank == 2 || rank == 3);
  }

  /** Reads the shape off the signature, with {@code options} where it is open. */
  static ForecastShape of(
      OnnxGraph graph, ModelInputs inputs, SeriesOptions options, boolean hasForecast) {
    InputLayout layout =
        inputs
            .primary()
            .filter(ForecastShape::isSeries)
            .orElseThrow(
                () ->
                    question(
                        "a model input [N, T, D] or [N, T] of real numbers",
                        inputs.primary().map(InputLayout::name).orElse("no input"),
                        "Give data of another kind."));
    List<Dim> dims = dims(graph.inputs(), layout.name());
    int rank = layout.shape().length;
    int window = length("window", known(dims, 1), options.window(), "--window");
    int channels = rank == 3 ? known(dims, 2) : 1;
    if (!hasForecast) {
      return new ForecastShape(layout.name(), window, 0, channels, rank == 3, 0, 0);
    }
    Optional<String> output = PrimaryOutput.of(graph);
    List<Dim> forecast = output.map(o -> dims(graph.outputs(), o)).orElse(List.of());
    boolean isForecast = forecast.size() == 3 || (forecast.size() == 2 && channels == 1);
    if (!isForecast) {
      throw question(
          "an output [N, T_out, D] that forecasts the series",
          output.orElse("none") + " with " + forecast.size() + " dimensions",
          "Ask for --task agreement where the model predicts something else.");
    }
    int horizon = length("horizon", known(forecast, 1), options.horizon(), "--horizon");
    int given = forecast.size() == 3 ? known(forecast, 2) : 1;
    return new ForecastShape(
        layout.name(), window, horizon, channels, rank == 3, forecast.size() - 1, given);
  }

  private static List<Dim> dims(List<ValueInfo> values, String name) {
    return values.stream()
        .filter(v -> v.name().equals(name))
        .findFirst()
        .flatMap(ValueInfo::shape)
        .orElse(List.of());
  }

  /** 0 where the dimension is open. */
  private static int known(List<Dim> dims, int axis) {
    return axis < dims.size() ? (int) Math.max(0, dims.get(axis).sizeOrMinusOne()) : 0;
  }

  private static int length(String what, int own, int asked, String option) {
    if (own > 0 && asked > 0 && own != asked) {
      throw question(
          "a " + what + " of " + own + ", as the model has it",
          Integer.toString(asked),
          "Leave " + option + " out.");
    }
    if (own == 0 && asked == 0) {
      throw question(
          "the length of the " + what + ", which the model leaves open",
          "none",
          "Give it with " + option + ".");
    }
    return Math.max(own, asked);
  }

  static DataException question(String expected, String found, String advice) {
    return DataException.doing("matching a time series with the model")
        .expected(expected)
        .found(found)
        .fix(advice);
  }
}

package dev.tailgate.data.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.Amount;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.FormatOptions;
import dev.tailgate.data.NpyFixture;
import dev.tailgate.data.Sample;
import dev.tailgate.data.Shard;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.onnx.ir.OnnxModel;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;

/** The series that testdata/recipes/series_vectors.py made, and requests for it. */
final class SeriesFixtures {
  /** Doubles summed in another order than NumPy's, then rounded to float32 of up to 10. */
  static final Offset<Float> ROUNDING = Offset.offset(2e-6f);

  private SeriesFixtures() {}

  static Path waves() {
    try {
      return Path.of(Objects.requireNonNull(SeriesFixtures.class.getResource("waves.csv")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static float[] expected(String name) {
    return NpyFixture.of(SeriesFixtures.class, name + ".npy").floats();
  }

  static SeriesOptions options(int window, int horizon, int labelLength, String... columns) {
    return new SeriesOptions(window, horizon, 1, Optional.empty(), List.of(columns), labelLength);
  }

  static SeriesOptions split(SeriesSplit split, int stride) {
    return new SeriesOptions(0, 0, stride, Optional.of(split), List.of(), 0);
  }

  static SeriesSet open(OnnxModel model, SeriesOptions options) {
    return open(model, options, Optional.empty(), DataRequest.Purpose.EVALUATION);
  }

  static SeriesSet open(
      OnnxModel model, SeriesOptions options, Optional<Task> task, DataRequest.Purpose purpose) {
    FormatOptions format = FormatOptions.DEFAULT.with(SeriesOptions.SET, options);
    DataRequest request =
        new DataRequest(
            Optional.empty(),
            Optional.empty(),
            Amount.of(1000),
            4,
            8,
            0,
            task,
            Optional.empty(),
            Shard.WHOLE,
            format,
            purpose,
            Optional.empty());
    return SeriesSet.open(
        model, ModelInputs.of(model.graph(), 4, 8), request, DataSpec.of(waves()));
  }

  static List<Sample> all(SeriesSet set) {
    List<Sample> samples = new ArrayList<>();
    set.read(LongStream.range(0, set.size()).toArray()).forEachRemaining(samples::add);
    return samples;
  }

  /** The values of one input of all samples, one behind the other. */
  static float[] values(List<Sample> samples, String input) {
    return concatenated(
        samples.stream()
            .map(s -> Objects.requireNonNull(s.inputs().get(input)).toFloats())
            .toList());
  }

  /** The labels of all samples, one behind the other. */
  static float[] labels(List<Sample> samples) {
    return concatenated(samples.stream().map(s -> s.label().orElseThrow().toFloats()).toList());
  }

  private static float[] concatenated(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  static void assertClose(float[] found, float[] expected) {
    assertThat(found).hasSize(expected.length);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).as("value %d", i).isCloseTo(expected[i], ROUNDING);
    }
  }
}

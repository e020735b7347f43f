package dev.tailgate.engine.input;

import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import java.util.stream.LongStream;

/** Makes the values of one input for some samples. */
public final class InputFiller {
  private final long seed;

  public InputFiller(long seed) {
    this.seed = seed;
  }

  /** A tensor for samples {@code firstSample} to {@code firstSample + samples - 1}. */
  public Tensor make(InputLayout layout, long firstSample, int samples) {
    return make(layout, LongStream.range(firstSample, firstSample + samples).toArray());
  }

  /** A tensor for these samples, one a row. */
  public Tensor make(InputLayout layout, long[] places) {
    int samples = places.length;
    Tensor tensor = layout.allocate(samples);
    if (tensor.elementCount() == 0) {
      return tensor;
    }
    Elements.Writer writer = Elements.writer(tensor);
    long[] shape = tensor.shape();
    int inner = 1;
    for (int axis = layout.batchAxis() + 1; axis < shape.length; axis++) {
      inner *= (int) shape[axis];
    }
    int count = layout.batchAxis() < 0 ? 1 : samples;
    int outer = tensor.elementCount() / inner / count;
    long lastAxis = shape.length == 0 ? 1 : shape[shape.length - 1];
    for (int s = 0; s < count; s++) {
      // An input without samples gets the values of sample 0, in every batch the same.
      long sample = layout.batchAxis() < 0 ? 0 : places[s];
      SampleRandom random = SampleRandom.of(seed, layout.name(), sample);
      for (int o = 0; o < outer; o++) {
        int start = (o * count + s) * inner;
        for (int i = 0; i < inner; i++) {
          writer.put(start + i, layout.role().value(i % lastAxis, random));
        }
      }
    }
    return tensor;
  }
}

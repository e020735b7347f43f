package dev.tailgate.data.image;

import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;

/**
 * Writes the pixels of a picture in the order and type that a model reads: (p / 255 - mean) / std
 * in float32 arithmetic, as torchvision's {@code ToTensor} and {@code Normalize}; p itself, not
 * normalised, where the model reads uint8.
 */
final class PixelTensor {
  private final PixelInput input;

  /** The value of each pixel by channel: {@code [channels][256]}. */
  private final float[][] values;

  PixelTensor(PixelInput input, ImageOptions options) {
    this.input = input;
    this.values = new float[input.channels()][256];
    for (int c = 0; c < input.channels(); c++) {
      float mean = (float) options.mean(c, input.channels());
      float deviation = (float) options.deviation(c, input.channels());
      for (int p = 0; p < 256; p++) {
        values[c][p] = input.isRaw() ? p : (p / 255f - mean) / deviation;
      }
    }
  }

  /** The tensor of one sample, without a batch axis. */
  Tensor of(Picture picture) {
    int channels = input.channels();
    int pixels = picture.width() * picture.height();
    byte[] stored = picture.pixels();
    float[] ordered = new float[stored.length];
    for (int i = 0; i < pixels; i++) {
      for (int c = 0; c < channels; c++) {
        int at = input.channelsFirst() ? c * pixels + i : i * channels + c;
        ordered[at] = values[c][Byte.toUnsignedInt(stored[i * channels + c])];
      }
    }
    if (input.type() == ElementType.FLOAT) {
      return Tensor.ofFloats(ordered, input.sampleShape());
    }
    Tensor tensor = Tensor.allocate(input.type(), input.sampleShape());
    Elements.Writer writer = Elements.writer(tensor);
    for (int i = 0; i < ordered.length; i++) {
      writer.put(i, ordered[i]);
    }
    return tensor;
  }
}

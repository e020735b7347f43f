package dev.tailgate.data.image;

import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The model input that takes pictures. {@code [N, C, H, W]} where the second dimension is 1 or 3,
 * otherwise {@code [N, H, W, C]} where the last one is. An input of another rank takes pictures as
 * they are stored, where it has just as many values: rows as a sequence, or one long row.
 *
 * @param sampleShape shape of one sample, without the batch axis
 */
@SuppressWarnings("ArrayRecordComponent") // Made once a run and never compared.
record PixelInput(
    String name,
    ElementType type,
    int channels,
    int height,
    int width,
    boolean channelsFirst,
    long[] sampleShape) {

  /**
   * Reads it off the signature. Where the model leaves the size open, pictures keep {@code common},
   * the size that all of them share, or become 224x224.
   */
  static PixelInput of(OnnxGraph graph, ModelInputs inputs, Optional<PictureSize> common) {
    InputLayout layout =
        inputs.primary().orElseThrow(() -> notForImages("no input", "An image model has one."));
    long[] shape = layout.shapeFor(1);
    boolean isNumber = layout.type().isFloat() || layout.type() == ElementType.UINT8;
    if (!isNumber || layout.batchAxis() != 0) {
      throw notForImages(layout.name() + ": " + describe(layout), "Give data of another kind.");
    }
    if (shape.length != 4) {
      return asStored(layout, common);
    }
    boolean isFirst = isChannels(shape[1]);
    if (!isFirst && !isChannels(shape[3])) {
      throw notForImages(
          layout.name() + ": " + describe(layout), "Only grey and RGB pictures can be read.");
    }
    int[] sides = {isFirst ? 2 : 1, isFirst ? 3 : 2};
    List<Dim> dims = dims(graph, layout.name());
    if (common.isPresent() && isOpen(dims, sides[0]) && isOpen(dims, sides[1])) {
      shape[sides[0]] = common.get().height();
      shape[sides[1]] = common.get().width();
    }
    return new PixelInput(
        layout.name(),
        layout.type(),
        (int) shape[isFirst ? 1 : 3],
        (int) shape[sides[0]],
        (int) shape[sides[1]],
        isFirst,
        Arrays.copyOfRange(shape, 1, 4));
  }

  private static PixelInput asStored(InputLayout layout, Optional<PictureSize> common) {
    long[] shape = layout.shapeFor(1);
    long values = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    PictureSize size =
        common
            .filter(s -> s.values() == values)
            .orElseThrow(
                () ->
                    notForImages(
                        layout.name() + ": " + describe(layout),
                        "Pictures go to such an input only where they all have as many values."));
    return new PixelInput(
        layout.name(),
        layout.type(),
        size.channels(),
        size.height(),
        size.width(),
        true,
        Arrays.copyOfRange(shape, 1, shape.length));
  }

  private static List<Dim> dims(OnnxGraph graph, String input) {
    return graph.inputs().stream()
        .filter(i -> i.name().equals(input))
        .findFirst()
        .flatMap(ValueInfo::shape)
        .orElse(List.of());
  }

  private static boolean isOpen(List<Dim> dims, int axis) {
    return axis >= dims.size() || dims.get(axis).sizeOrMinusOne() < 0;
  }

  private static boolean isChannels(long size) {
    return size == 1 || size == 3;
  }

  /** Whether the model normalises by itself and takes pixels of 0 to 255. */
  boolean isRaw() {
    return type == ElementType.UINT8;
  }

  private static String describe(InputLayout layout) {
    return layout.type().label() + Arrays.toString(layout.shape());
  }

  private static DataException notForImages(String found, String advice) {
    return DataException.doing("matching images with the model")
        .expected("an input [N, C, H, W] or [N, H, W, C] with C 1 or 3")
        .found(found)
        .fix(advice);
  }

  @Override
  public String toString() {
    String size = height + "x" + width;
    return channelsFirst ? channels + "x" + size : size + "x" + channels;
  }
}

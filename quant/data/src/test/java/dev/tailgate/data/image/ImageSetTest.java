package dev.tailgate.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.Sample;
import dev.tailgate.data.Task;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSetTest {
  /** One rounding of float32 in the division or subtraction, on values up to 3. */
  private static final Offset<Float> ROUNDING = Offset.offset(4e-7f);

  private static final Path CLASSES = ImageFixtures.file("classes");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"plain", "imagenet", "clip", "vit"})
  void presetsDoAsTorchvisionOnPillow(String preset) {
    ImageOptions options = ImageOptions.of(ImagePreset.valueOf(preset.toUpperCase(Locale.ROOT)));
    List<Float> found = new ArrayList<>();
    for (Sample sample : read(model(3, 14, 14), options)) {
      assertThat(pixels(sample).shape()).containsExactly(3, 14, 14);
      for (float value : pixels(sample).toFloats()) {
        found.add(value);
      }
    }
    float[] expected = ImageFixtures.expected(preset).floats();
    assertThat(found).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found.get(i)).isCloseTo(expected[i], ROUNDING);
    }
  }

  @Test
  void channelsLastHoldsTheSameValues() {
    ImageOptions options = ImageOptions.of(ImagePreset.IMAGENET);
    float[] first = pixels(read(model(3, 14, 14), options).get(0)).toFloats();
    Tensor last = pixels(read(model(14, 14, 3), options).get(0));
    assertThat(last.shape()).containsExactly(14, 14, 3);
    for (int i = 0; i < 14 * 14; i++) {
      for (int c = 0; c < 3; c++) {
        assertThat(last.toFloats()[3 * i + c]).isEqualTo(first[c * 14 * 14 + i]);
      }
    }
  }

  @Test
  void labelsAreTheFoldersAndShuffledByDefault() {
    ImageSet set =
        ImageFixtures.open(model(3, 14, 14), ImageOptions.of(ImagePreset.PLAIN), CLASSES);
    assertThat(set.task()).isEqualTo(Task.CLASSIFICATION);
    assertThat(all(set))
        .extracting(s -> s.label().orElseThrow().toLongs()[0])
        .containsExactly(0L, 0L, 1L, 1L);
    assertThat(set.description())
        .isEqualTo(
            "classes: images of 2 classes by folder name (0 = apple, 1 = pear), as 3x14x14,"
                + " plain, stretch,bilinear");
  }

  @Test
  void uint8InputsGetPixelsAsTheyAre() {
    OnnxModel model = ImageFixtures.model(ElementType.UINT8, "n", 23, 37, 3);
    Sample sample = onePicture(model, ImageOptions.of(ImagePreset.IMAGENET), "none");
    byte[] found = new byte[23 * 37 * 3];
    pixels(sample).data().get(found);
    assertThat(found).isEqualTo(ImageFixtures.expected("colour").unsignedBytes());
  }

  @Test
  void halfPrecisionInputsGetHalfPrecision() {
    OnnxModel model = ImageFixtures.model(ElementType.FLOAT16, "n", 1, 23, 37);
    Tensor tensor = pixels(onePicture(model, ImageOptions.of(ImagePreset.MNIST), "none"));
    int luma = Byte.toUnsignedInt(ImageFixtures.expected("luma").unsignedBytes()[40]);
    assertThat(tensor.type()).isEqualTo(ElementType.FLOAT16);
    // Half precision keeps 11 binary digits.
    assertThat(Elements.toFloats(tensor)[40])
        .isCloseTo((luma / 255f - 0.1307f) / 0.3081f, Offset.offset(2e-3f));
  }

  @Test
  void openSizesTakeThatOfThePictures() throws IOException {
    Path file = Files.write(folder.resolve("batch.bin"), new byte[3073]);
    OnnxModel model = ImageFixtures.model(ElementType.FLOAT, "n", 3, "height", "width");
    ImageSet set = ImageFixtures.open(model, ImageOptions.of(ImagePreset.CIFAR10), file);
    Tensor tensor = pixels(all(set).get(0));
    assertThat(tensor.shape()).containsExactly(3, 32, 32);
    assertThat(tensor.toFloats()[0]).isCloseTo(-0.4914f / 0.2023f, ROUNDING);
    assertThat(set.description())
        .isEqualTo("batch.bin: CIFAR-10 images 32x32, 10 classes, as 3x32x32, cifar10");
  }

  @Test
  void refusesAWrongSizeWhereResizingIsSwitchedOff() {
    assertThatThrownBy(
            () ->
                onePicture(
                    ImageFixtures.model(ElementType.FLOAT, "n", 3, 32, 32),
                    ImageOptions.of(ImagePreset.PLAIN),
                    "none"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected 32x32, the model's size, found 37x23")
        .hasMessageContaining("one.png, row 1");
  }

  @Test
  void ownNumbersReplaceThoseOfThePreset() {
    ImageOptions options =
        new ImageOptions(
            ImagePreset.IMAGENET,
            Optional.of(List.of(0.0)),
            Optional.of(List.of(1.0, 2.0, 4.0)),
            Optional.of(ImageResize.parse("stretch")));
    float[] own = pixels(read(model(3, 14, 14), options).get(0)).toFloats();
    float[] plain = ImageFixtures.expected("plain").floats();
    for (int i = 0; i < 14 * 14; i++) {
      assertThat(own[i]).isEqualTo(plain[i]);
      assertThat(own[14 * 14 + i]).isEqualTo(plain[14 * 14 + i] / 2);
      assertThat(own[2 * 14 * 14 + i]).isEqualTo(plain[2 * 14 * 14 + i] / 4);
    }
  }

  @Test
  void refusesTasksThatImagesHaveNoLabelsFor() {
    assertThatThrownBy(
            () ->
                ImageFixtures.open(
                    model(3, 14, 14),
                    ImageFixtures.request(
                        ImageOptions.of(ImagePreset.PLAIN), Optional.of(Task.REGRESSION)),
                    CLASSES))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected labels for that task, found class ids");
  }

  @Test
  void refusesModelsThatTakeNoPictures() {
    for (Object[] dims : new Object[][] {{"n", 16, 3}, {"n", 5, 14, 14}}) {
      OnnxModel model = ImageFixtures.model(ElementType.FLOAT, dims);
      assertThatThrownBy(
              () -> ImageFixtures.open(model, ImageOptions.of(ImagePreset.PLAIN), CLASSES))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("expected an input [N, C, H, W] or [N, H, W, C] with C 1 or 3");
    }
  }

  @Test
  void refusesResizesThatCannotBe() {
    for (String text : List.of("crop:0x", "stretch:9", "crop:9999999", "fill", "crop,lanczos")) {
      assertThatThrownBy(() -> ImageResize.parse(text)).isInstanceOf(DataException.class);
    }
  }

  private Sample onePicture(OnnxModel model, ImageOptions preset, String resize) {
    ImageOptions options =
        new ImageOptions(
            preset.preset(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(ImageResize.parse(resize)));
    try {
      Files.copy(ImageFixtures.file("colour.png"), folder.resolve("one.png"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return all(ImageFixtures.open(model, options, folder)).get(0);
  }

  private static OnnxModel model(int... sample) {
    return ImageFixtures.model(ElementType.FLOAT, "n", sample[0], sample[1], sample[2]);
  }

  private static List<Sample> read(OnnxModel model, ImageOptions options) {
    return all(ImageFixtures.open(model, options, CLASSES));
  }

  private static List<Sample> all(ImageSet set) {
    List<Sample> samples = new ArrayList<>();
    set.read(LongStream.range(0, set.size()).toArray()).forEachRemaining(samples::add);
    return samples;
  }

  private static Tensor pixels(Sample sample) {
    return sample.inputs().get("pixels");
  }
}

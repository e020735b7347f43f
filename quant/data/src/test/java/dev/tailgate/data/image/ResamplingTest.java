package dev.tailgate.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.NpyFixture;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against Pillow 9.4.0: equal to the bit, since the weights are rounded alike. */
class ResamplingTest {
  @ParameterizedTest
  @CsvSource({
    "colour, bilinear, 16, 16",
    "colour, bilinear, 64, 40",
    "colour, bilinear, 37, 7",
    "colour, bilinear, 5, 23",
    "colour, bicubic, 16, 16",
    "colour, bicubic, 64, 40",
    "colour, bicubic, 37, 7",
    "colour, bicubic, 5, 23",
    "grey, bilinear, 32, 32",
    "grey, bicubic, 32, 32"
  })
  void resizesAsPillow(String name, String filter, int width, int height) {
    Picture picture = PictureFile.read(ImageFixtures.file(name + ".png"), name);
    Picture resized =
        Resampling.resize(
            picture, width, height, ResampleFilter.valueOf(filter.toUpperCase(Locale.ROOT)));
    NpyFixture expected =
        ImageFixtures.expected(
            String.format(Locale.ROOT, "%s-%s-%dx%d", name, filter, width, height));
    assertThat(resized.pixels()).isEqualTo(expected.unsignedBytes());
  }

  @Test
  void keepsAPictureOfThatSize() {
    Picture picture = PictureFile.read(ImageFixtures.file("grey.png"), "grey");
    assertThat(Resampling.resize(picture, 28, 28, ResampleFilter.BICUBIC)).isSameAs(picture);
  }

  @Test
  void keepsAConstantPictureConstant() {
    byte[] pixels = new byte[31 * 17 * 3];
    java.util.Arrays.fill(pixels, (byte) 201);
    Picture resized =
        Resampling.resize(new Picture(31, 17, 3, pixels), 8, 50, ResampleFilter.BICUBIC);
    assertThat(resized.pixels()).containsOnly((byte) 201);
  }

  @Test
  void turnsColourToLumaAsPillow() {
    Picture colour = PictureFile.read(ImageFixtures.file("colour.png"), "colour");
    assertThat(colour.withChannels(1).pixels())
        .isEqualTo(ImageFixtures.expected("luma").unsignedBytes());
  }

  @Test
  void greyThereAndBackIsTheSame() {
    Picture grey = PictureFile.read(ImageFixtures.file("grey.png"), "grey");
    assertThat(grey.withChannels(3).withChannels(1).pixels()).isEqualTo(grey.pixels());
  }
}

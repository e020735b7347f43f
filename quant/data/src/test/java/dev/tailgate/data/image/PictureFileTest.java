package dev.tailgate.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.engine.tensor.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureFileTest {
  /**
   * Two decoders may round the inverse cosine transform and the colour conversion differently, and
   * interpolate halved colour differently; neither is wrong.
   */
  private static final int JPEG_LEVELS = 4;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"rgb.bmp", "palette.gif", "palette.png", "alpha.png", "greyalpha.png", "wide.png"})
  void readsTheSamePixelsAsPillow(String name) {
    assertThat(read(name).withChannels(3).pixels())
        .isEqualTo(ImageFixtures.expected(name).unsignedBytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"rgb.jpg", "grey.jpg"})
  void readsJpegAsPillowUpToRounding(String name) {
    byte[] found = read(name).withChannels(3).pixels();
    byte[] expected = ImageFixtures.expected(name).unsignedBytes();
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(Byte.toUnsignedInt(found[i]) - Byte.toUnsignedInt(expected[i]))
          .isBetween(-JPEG_LEVELS, JPEG_LEVELS);
    }
  }

  @Test
  void keepsGreyGrey() {
    assertThat(read("grey.jpg").channels()).isEqualTo(1);
    assertThat(read("greyalpha.png").channels()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rgb.bmp", "palette.gif", "palette.png", "rgb.jpg", "wide.png"})
  void refusesAFileThatEndsTooEarly(String name) throws IOException {
    byte[] whole = Files.readAllBytes(ImageFixtures.file("formats/" + name));
    Path cut = Files.write(folder.resolve(name), Arrays.copyOf(whole, whole.length * 2 / 3));
    assertThatThrownBy(() -> PictureFile.read(cut, "cats/" + name + ", row 12"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("at cats/" + name + ", row 12");
  }

  @Test
  void refusesATextThatIsCalledPicture() throws IOException {
    Path text = Files.writeString(folder.resolve("a.png"), "version https://git-lfs.github.com");
    assertThatThrownBy(() -> PictureFile.read(text, "a.png, row 1"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a complete PNG");
  }

  @Test
  void refusesAnEmptyFile() throws IOException {
    Path empty = Files.createFile(folder.resolve("a.png"));
    assertThatThrownBy(() -> PictureFile.read(empty, "a.png, row 1"))
        .isInstanceOf(DataException.class);
  }

  @Test
  void refusesAHugePictureByItsHeader() throws IOException {
    // A PNG of 60 bytes that claims 10 gigapixels.
    ByteBuffer png = ByteBuffer.allocate(33);
    png.putLong(0x89504E470D0A1A0AL).putInt(13).putInt(0x49484452);
    png.putInt(100_000).putInt(100_000).put((byte) 8).put((byte) 2).put(new byte[3]);
    CRC32 check = new CRC32();
    check.update(png.array(), 12, 17);
    png.putInt((int) check.getValue());
    Path file = Files.write(folder.resolve("bomb.png"), png.array());
    assertThatThrownBy(() -> PictureFile.read(file, "bomb.png, row 3"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("found 100000x100000 at bomb.png, row 3");
  }

  private static Picture read(String name) {
    return PictureFile.read(ImageFixtures.file("formats/" + name), name);
  }
}

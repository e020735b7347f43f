package dev.tailgate.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.engine.tensor.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarPicturesTest {
  private static final int PLANE = 32 * 32;

  @TempDir Path folder;

  @Test
  void readsPlanesAsColours() throws IOException {
    byte[] file = new byte[2 * (1 + 3 * PLANE)];
    int second = 1 + 3 * PLANE;
    file[second] = 7;
    // Pixel 33, row 1 and column 1, of the second picture.
    file[second + 1 + 33] = 10;
    file[second + 1 + PLANE + 33] = 20;
    file[second + 1 + 2 * PLANE + 33] = (byte) 200;
    CifarPictures pictures = new CifarPictures(write(file));
    Pictures.Labelled read = pictures.read(new long[] {1}).next();
    assertThat(pictures.size()).isEqualTo(2);
    assertThat(pictures.classes()).hasValue(10);
    assertThat(read.label()).isEqualTo(7);
    assertThat(read.picture().cut(1, 1, 1, 1).pixels()).containsExactly(10, 20, (byte) 200);
  }

  @Test
  void takesTheFineClassOfCifar100() throws IOException {
    byte[] file = new byte[2 + 3 * PLANE];
    file[0] = 3;
    file[1] = 99;
    CifarPictures pictures = new CifarPictures(write(file));
    assertThat(pictures.classes()).hasValue(100);
    assertThat(pictures.read(new long[] {0}).next().label()).isEqualTo(99);
  }

  @Test
  void refusesAClassOutOfRangeWithItsRow() throws IOException {
    byte[] file = new byte[3 * (1 + 3 * PLANE)];
    file[2 * (1 + 3 * PLANE)] = 10;
    CifarPictures pictures = new CifarPictures(write(file));
    assertThatThrownBy(() -> pictures.read(new long[] {2}).next())
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a class id below 10, found 10")
        .hasMessageContaining("row 3");
  }

  @Test
  void refusesFilesThatAreNoWholeRecords() throws IOException {
    for (int length : new int[] {0, 1, 3072, 2 * 3073 - 1}) {
      Path file = write(new byte[length]);
      assertThatThrownBy(() -> new CifarPictures(file))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("found " + length + " bytes");
    }
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("batch.bin"), bytes);
  }
}

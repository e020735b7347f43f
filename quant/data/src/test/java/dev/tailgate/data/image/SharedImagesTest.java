package dev.tailgate.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The test set of MNIST as it is published, where the machine has it. */
class SharedImagesTest {
  private static final Path IMAGES =
      Path.of("../../../shared/data/images/mnist/t10k-images-idx3-ubyte.gz");

  @Test
  void readsThePublishedFiles() {
    Assumptions.assumeTrue(Files.exists(IMAGES), "no shared images");
    IdxPictures pictures = new IdxPictures(IMAGES);
    List<Integer> labels = new ArrayList<>();
    long sum = 0;
    long squares = 0;
    var read = pictures.read(LongStream.range(0, pictures.size()).toArray());
    while (read.hasNext()) {
      Pictures.Labelled picture = read.next();
      labels.add(picture.label());
      for (byte pixel : picture.picture().pixels()) {
        int value = Byte.toUnsignedInt(pixel);
        sum += value;
        squares += (long) value * value;
      }
    }
    double count = 10_000.0 * 28 * 28;
    double mean = sum / count / 255;
    assertThat(labels).hasSize(10_000).startsWith(7, 2, 1, 0, 4, 1, 4, 9, 5, 9);
    assertThat(pictures.classes()).hasValue(10);
    // What NumPy finds, to four digits.
    assertThat(mean).isBetween(0.13245, 0.13255);
    assertThat(Math.sqrt(squares / count / 255 / 255 - mean * mean)).isBetween(0.31045, 0.31055);
  }
}

package dev.tailgate.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.engine.tensor.DataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxPicturesTest {
  private static final int PICTURES = 5;
  private static final int ROWS = 2;
  private static final int COLUMNS = 3;

  @TempDir Path folder;

  @Test
  void readsPicturesInTheOrderAskedFor() throws IOException {
    IdxPictures pictures = new IdxPictures(write("t10k-images-idx3-ubyte", images()));
    List<Pictures.Labelled> read = read(pictures, 3, 0);
    assertThat(pictures.canSeek()).isTrue();
    assertThat(read).extracting(Pictures.Labelled::index).containsExactly(3L, 0L);
    assertThat(read.get(0).picture().pixels()).containsExactly(18, 19, 20, 21, 22, 23);
    assertThat(read.get(0).picture().height()).isEqualTo(ROWS);
    assertThat(read.get(1).picture().pixels()).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void packedFilesGiveTheSamePictures() throws IOException {
    IdxPictures plain = new IdxPictures(write("a-images-idx3-ubyte", images()));
    IdxPictures packed = new IdxPictures(write("a-images-idx3-ubyte.gz", packed(images())));
    assertThat(packed.canSeek()).isFalse();
    List<Pictures.Labelled> expected = read(plain, 1, 2, 4);
    List<Pictures.Labelled> found = read(packed, 1, 2, 4);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i).picture().pixels()).isEqualTo(expected.get(i).picture().pixels());
    }
  }

  @Test
  void findsTheLabelsBesideThePictures() throws IOException {
    write("train-labels.idx1-ubyte.gz", packed(idx(new byte[] {4, 0, 2, 2, 1}, PICTURES)));
    IdxPictures pictures = new IdxPictures(write("train-images.idx3-ubyte", images()));
    assertThat(pictures.classes()).hasValue(5);
    assertThat(read(pictures, 0, 2, 4))
        .extracting(Pictures.Labelled::label)
        .containsExactly(4, 2, 1);
    assertThat(pictures.description())
        .isEqualTo(
            "train-images.idx3-ubyte: grey images 3x2, 5 classes of train-labels.idx1-ubyte.gz");
  }

  @Test
  void saysThatThereAreNoLabels() throws IOException {
    IdxPictures pictures = new IdxPictures(write("t10k-images-idx3-ubyte", images()));
    assertThat(pictures.classes()).isEmpty();
    assertThat(pictures.description()).contains("no file of labels");
  }

  @Test
  void refusesAnotherNumberOfLabels() throws IOException {
    write("t10k-labels-idx1-ubyte", idx(new byte[4], 4));
    Path images = write("t10k-images-idx3-ubyte", images());
    assertThatThrownBy(() -> new IdxPictures(images))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected 5 labels, one for each picture, found dimensions [4]");
  }

  @Test
  void refusesAFileThatIsShorterThanItsHeaderSays() throws IOException {
    Path cut = write("x-images-idx3-ubyte", Arrays.copyOf(images(), 40));
    assertThatThrownBy(() -> new IdxPictures(cut))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected 46 bytes, as the header says, found 40 bytes");
  }

  @Test
  void namesTheRowAtWhichAPackedFileEnds() throws IOException {
    Path cut = write("x-images-idx3-ubyte.gz", packed(Arrays.copyOf(images(), 40)));
    IdxPictures pictures = new IdxPictures(cut);
    assertThatThrownBy(() -> read(pictures, 0, 4))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("row 5");
  }

  @Test
  void refusesAnEmptyFile() throws IOException {
    for (String name : List.of("x-images-idx3-ubyte", "x-images-idx3-ubyte.gz")) {
      Path empty = write(name, new byte[0]);
      assertThatThrownBy(() -> new IdxPictures(empty))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("found a file that ends too early");
    }
  }

  @Test
  void refusesSizesThatOverflow() throws IOException {
    Path huge = write("x-images-idx3-ubyte", idx(new byte[0], -1, -1, -1));
    assertThatThrownBy(() -> new IdxPictures(huge)).isInstanceOf(DataException.class);
  }

  @Test
  void refusesFilesOfAnotherKind() throws IOException {
    Path text = write("x-images-idx3-ubyte", "not an IDX file".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> new IdxPictures(text))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("found 0x6e6f7420");
    Path floats = write("y-images-idx3-ubyte", new byte[] {0, 0, 0x0D, 3});
    assertThatThrownBy(() -> new IdxPictures(floats)).isInstanceOf(DataException.class);
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static byte[] images() {
    byte[] pixels = new byte[PICTURES * ROWS * COLUMNS];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) i;
    }
    return idx(pixels, PICTURES, ROWS, COLUMNS);
  }

  private static byte[] idx(byte[] values, int... dims) {
    ByteBuffer file = ByteBuffer.allocate(4 + 4 * dims.length + values.length);
    file.putInt(0x800 + dims.length);
    for (int dim : dims) {
      file.putInt(dim);
    }
    return file.put(values).array();
  }

  private static byte[] packed(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static List<Pictures.Labelled> read(IdxPictures pictures, long... indices) {
    List<Pictures.Labelled> read = new ArrayList<>();
    pictures.read(indices).forEachRemaining(read::add);
    return read;
  }
}

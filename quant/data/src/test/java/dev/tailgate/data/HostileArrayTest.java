package dev.tailgate.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.tensor.DataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileArrayTest {
  @TempDir Path folder;

  private static byte[] npy(String dictionary, int dataBytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] text = (dictionary + "\n").getBytes(StandardCharsets.UTF_8);
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.write(text.length & 0xFF);
    out.write(text.length >> 8);
    out.writeBytes(text);
    out.writeBytes(new byte[dataBytes]);
    return out.toByteArray();
  }

  private static byte[] ids(String shape, int dataBytes) {
    return npy("{'descr': '<i8', 'fortran_order': False, 'shape': " + shape + "}", dataBytes);
  }

  private DataException failure(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, bytes);
    return failure(file);
  }

  private static DataException failure(Path file) {
    DataRequest request = Fixtures.request(file, 10, 2);
    try {
      Fixtures.all(DataSources.open(Fixtures.model("decoder"), request));
    } catch (DataException e) {
      return e;
    }
    throw new AssertionError("expected a DataException");
  }

  @Test
  void readsAHandMadeFile() throws IOException {
    Path file = folder.resolve("a.npy");
    Files.write(file, ids("(1, 4)", 32));
    DataRequest request = Fixtures.request(file, 10, 2);
    assertThat(DataSources.open(Fixtures.model("decoder"), request).samples()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "(2, 4)|32|132 bytes",
        "(1, 4)|40|100 bytes",
        "(4294967296, 4294967296)|32|63 bits",
        "(999999999999999999, 4)|32|63 bits",
        "(99999999999999999999, 4)|32|dimensions",
        "(-1, 4)|32|dimensions",
        "()|8|samples along the first axis",
        "(0, 4)|0|at least 1",
        "(1, 40)|320|at most 16 tokens",
        "(x, 4)|32|dimensions"
      })
  void refusesShapesThatDoNotFit(String shape, int dataBytes, String message) throws IOException {
    assertThat(failure("a.npy", ids(shape, dataBytes))).hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"|O", "<U5", "<c8", "", "<f16", "<i3"})
  void refusesOtherElementTypes(String descr) throws IOException {
    byte[] file = npy("{'descr': '" + descr + "', 'fortran_order': False, 'shape': (1, 4)}", 64);
    assertThat(failure("a.npy", file)).hasMessageContaining("elements of bool, int");
  }

  @Test
  void refusesRealNumbersAsTokenIds() throws IOException {
    byte[] file = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 4)}", 16);
    assertThat(failure("a.npy", file)).hasMessageContaining("values that fit int64");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 8, 9, 10, 20, 60})
  void refusesTruncatedFiles(int length) throws IOException {
    byte[] whole = ids("(1, 4)", 32);
    assertThat(failure("a.npy", Arrays.copyOf(whole, length)))
        .hasMessageStartingWith("Failed reading an array");
  }

  @Test
  void refusesALongHeaderBeforeReadingIt() throws IOException {
    byte[] version2 = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, -1};
    assertThat(failure("a.npy", version2)).hasMessageContaining("4294967295 bytes");
    version2[6] = 9;
    assertThat(failure("a.npy", version2)).hasMessageContaining("version 9");
  }

  @Test
  void refusesAnArchiveThatIsNone() throws IOException {
    assertThat(failure("a.npz", new byte[0])).hasMessageContaining("NumPy file");
    assertThat(failure("b.npz", ids("(1, 4)", 32))).hasMessageContaining("NumPy file");
  }

  @Test
  void refusesAnArchiveWithoutArrays() throws IOException {
    assertThat(failure("a.npz", zip("notes.txt", new byte[3]))).hasMessageContaining("none");
  }

  @Test
  void refusesEntriesThatDoNotMatchTheirHeader() throws IOException {
    assertThat(failure("a.npz", zip("input_ids.npy", ids("(1, 4)", 1 << 20))))
        .hasMessageContaining("100 bytes");
    assertThat(failure("b.npz", zip("input_ids.npy", ids("(100000000, 4)", 32))))
        .hasMessageContaining("3200000076 bytes");
  }

  @Test
  void readsNoMoreOfABombThanItsHeaderDeclares() throws IOException {
    byte[] bomb = zip("input_ids.npy", ids("(8000000, 4)", 256_000_000));
    Path file = folder.resolve("bomb.npz");
    Files.write(file, bomb);
    assertThat(bomb.length).isLessThan(1 << 20);
    DataRequest request = Fixtures.request(file, 4, 2);
    assertThat(Fixtures.all(DataSources.open(Fixtures.model("decoder"), request))).hasSize(2);
  }

  @Test
  void refusesFoldersAndMissingFiles() throws IOException {
    Path directory = Files.createDirectory(folder.resolve("d.npz"));
    assertThat(failure(directory)).hasMessageContaining("folder");
    assertThat(failure(folder.resolve("none.npz"))).hasMessageContaining("nothing at that path");
    Path other = Files.writeString(folder.resolve("data.doc"), "1,2");
    assertThat(failure(other)).hasMessageContaining("another kind");
  }

  @Test
  void printsNoControlCharactersFromAFile() throws IOException {
    assertThat(failure("a.npz", zip("\u001b[31mred.npy", ids("(2, 4)", 32))).getMessage())
        .doesNotContain("\u001b");
  }

  @Test
  void refusesRequestsForNothing() {
    assertThatThrownBy(() -> DataRequest.synthetic(0, 1, 1, 0)).isInstanceOf(DataException.class);
  }

  private static byte[] zip(String name, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
      zip.closeEntry();
    }
    return bytes.toByteArray();
  }
}

package dev.tailgate.data.numpy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.Fixtures;
import dev.tailgate.engine.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays whose first index changes fastest come out as NumPy shows them. */
class ParameterArraysTest {
  @TempDir private Path folder;

  @Test
  void readsWhatNumpyWroteInFortranOrder() {
    Tensor read = array(Fixtures.file("fortran.npy"), "fortran");
    assertThat(read.shape()).containsExactly(3, 4);
    assertThat(read.toLongs()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 28);
  }

  @Test
  void readsThreeAxesInFortranOrder() throws IOException {
    int[] dims = {2, 3, 4};
    ByteBuffer data = ByteBuffer.allocate(24 * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int k = 0; k < dims[2]; k++) {
      for (int j = 0; j < dims[1]; j++) {
        for (int i = 0; i < dims[0]; i++) {
          data.putLong(100L * i + 10L * j + k);
        }
      }
    }
    String header = "{'descr': '<i8', 'fortran_order': True, 'shape': (2, 3, 4), }\n";
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
    file.write(header.getBytes(StandardCharsets.UTF_8));
    file.write(data.array());
    Tensor read = array(Files.write(folder.resolve("cube.npy"), file.toByteArray()), "cube");
    long[] elements = read.toLongs();
    for (int at = 0; at < elements.length; at++) {
      assertThat(elements[at]).isEqualTo(100L * (at / 12) + 10L * (at / 4 % 3) + at % 4);
    }
  }

  private static Tensor array(Path file, String name) {
    return Objects.requireNonNull(ParameterArrays.read(file).get(name));
  }
}

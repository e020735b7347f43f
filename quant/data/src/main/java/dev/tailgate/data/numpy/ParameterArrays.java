package dev.tailgate.data.numpy;

import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads NumPy files that hold parameters rather than samples: all arrays, whole. */
public final class ParameterArrays {
  private ParameterArrays() {}

  /**
   * The arrays of an {@code .npz} archive by name, in the order of the archive; of an {@code .npy}
   * file the one array, by the file's name.
   *
   * @throws DataException for what is no NumPy file, and where a name occurs twice
   */
  public static Map<String, Tensor> read(Path path) {
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    for (NumpyArray array : NumpyFile.all(path)) {
      if (arrays.put(array.name(), array.whole()) != null) {
        throw DataException.doing("reading " + path.getFileName())
            .expected("every array once")
            .found(array.name() + " twice")
            .where(path.toString())
            .fix("Save the arrays again.");
      }
    }
    return arrays;
  }
}

package dev.tailgate.lab;

import dev.tailgate.data.image.PictureRows;
import dev.tailgate.data.numpy.ParameterArrays;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is in a user's file: pictures (IDX, CIFAR, a folder), or NumPy arrays. Of an {@code .npz}
 * the floats of two or more dimensions are taken, {@code [N, ..]}; integers {@code [N]} called
 * {@code label} or {@code labels} are classes.
 *
 * @param patterns rows of numbers
 * @param bags the same in bags, where the file says which
 */
record PatternFile(Patterns patterns, Optional<Bags> bags) {
  private static final int MOST = 2000;

  static PatternFile read(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".npz") || name.endsWith(".npy")) {
      Map<String, Tensor> arrays = ParameterArrays.read(path);
      return new PatternFile(arrays(path, arrays), Bags.of(arrays, path.getFileName() + ""));
    }
    return new PatternFile(pictures(path), Optional.empty());
  }

  private static Patterns pictures(Path path) {
    if (!PictureRows.accepts(path)) {
      throw DataException.doing("reading patterns")
          .expected("an .npz, an .npy, an IDX file, a CIFAR .bin or a folder of pictures")
          .found(path.getFileName() + "")
          .where(path.toString())
          .fix("Check the path.");
    }
    PictureRows pictures = PictureRows.read(path, MOST, 0);
    boolean isLabelled = Arrays.stream(pictures.labels()).allMatch(label -> label >= 0);
    return new Patterns(
        pictures.rows(),
        isLabelled ? Optional.of(pictures.labels()) : Optional.empty(),
        pictures.description());
  }

  private static Patterns arrays(Path path, Map<String, Tensor> arrays) {
    Tensor floats =
        arrays.values().stream()
            .filter(array -> array.type().isFloat() && array.rank() >= 2)
            .findFirst()
            .orElseThrow(
                () ->
                    DataException.doing("reading patterns")
                        .expected("an array of floats [N, ..]")
                        .found(arrays.keySet().toString())
                        .where(path.toString())
                        .fix("Save one row for each pattern."));
    int count = Math.toIntExact(floats.dim(0));
    int width = count == 0 ? 0 : floats.elementCount() / count;
    Elements.Reader reader = Elements.reader(floats);
    int kept = Math.min(MOST, count);
    double[][] rows = new double[kept][width];
    for (int i = 0; i < kept * width; i++) {
      rows[i / width][i % width] = reader.get(i);
    }
    return new Patterns(rows, labels(arrays, count, kept), path.getFileName() + ": " + kept);
  }

  private static Optional<int[]> labels(Map<String, Tensor> arrays, int count, int kept) {
    return arrays.entrySet().stream()
        .filter(entry -> entry.getKey().equals("label") || entry.getKey().equals("labels"))
        .map(Map.Entry::getValue)
        .filter(array -> !array.type().isFloat() && array.rank() == 1 && array.dim(0) == count)
        .findFirst()
        .map(
            array ->
                Arrays.stream(array.toLongs()).limit(kept).mapToInt(Math::toIntExact).toArray());
  }
}

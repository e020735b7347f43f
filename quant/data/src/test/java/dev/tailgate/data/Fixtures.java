package dev.tailgate.data;

import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Small models and data in the test resources. */
public final class Fixtures {
  private Fixtures() {}

  public static Path file(String name) {
    URL url = Objects.requireNonNull(Fixtures.class.getResource(name), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A copy in {@code folder}, for tests of other modules: they see resources in an archive. */
  public static Path copy(String name, Path folder) throws IOException {
    Path copy = folder.resolve(name);
    try (InputStream in = Objects.requireNonNull(Fixtures.class.getResourceAsStream(name), name)) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
    }
    return copy;
  }

  public static OnnxModel model(String name) {
    return OnnxModel.load(file(name + ".onnx"));
  }

  public static DataRequest request(String data, int samples, int batchSize) {
    return request(file(data), samples, batchSize);
  }

  public static DataRequest request(Path data, int samples, int batchSize) {
    return new DataRequest(Optional.of(data), Optional.empty(), samples, batchSize, 8, 1);
  }

  public static List<Batch> all(DataSource source) {
    List<Batch> batches = new ArrayList<>();
    source.batches().forEachRemaining(batches::add);
    return batches;
  }

  /** All elements of one input over all batches, in the order of the samples. */
  public static List<Double> values(DataSource source, String input) {
    List<Double> values = new ArrayList<>();
    for (Batch batch : all(source)) {
      Tensor tensor = Objects.requireNonNull(batch.inputs().get(input));
      Elements.Reader reader = Elements.reader(tensor);
      for (int i = 0; i < tensor.elementCount(); i++) {
        values.add(reader.get(i));
      }
    }
    return values;
  }

  public static Tensor input(Batch batch, String name) {
    return Objects.requireNonNull(batch.inputs().get(name));
  }
}

package dev.tailgate.data;

import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.role.TapMap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The built-in decoders, unpacked for a test. */
public final class ReferenceModel {
  public static final RunnerOptions CPU =
      new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.FLOAT_ONLY);

  private ReferenceModel() {}

  public static Path unpack(String file, Path folder) throws IOException {
    return unpack("reference", file, folder);
  }

  /** A file of a family, {@code reference} being the pair that {@code audit} shows. */
  public static Path unpack(String family, String file, Path folder) throws IOException {
    Path target = folder.resolve(file);
    String resource = "/dev/tailgate/testdata/" + family + "/" + file;
    try (InputStream in =
        Objects.requireNonNull(ReferenceModel.class.getResourceAsStream(resource))) {
      Files.copy(in, target);
    }
    return target;
  }

  public static OnnxModel vanilla(Path folder) throws IOException {
    return OnnxModel.load(unpack("vanilla.onnx", folder));
  }

  public static TapMap taps(OnnxModel model) {
    return ModelMap.of(model).taps();
  }

  public static DataSource madeUp(OnnxModel model, int samples, int batchSize, int length) {
    return DataSources.open(model, DataRequest.synthetic(samples, batchSize, length, 7));
  }
}

package dev.tailgate.data.open;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.FormatOptions;
import dev.tailgate.data.SampleSet;
import dev.tailgate.data.SampleSource;
import dev.tailgate.data.image.ImageSet;
import dev.tailgate.data.numpy.NpzSource;
import dev.tailgate.data.onnx.TestDataSetSource;
import dev.tailgate.data.series.SeriesSet;
import dev.tailgate.data.synthetic.SyntheticSource;
import dev.tailgate.data.table.TableSet;
import dev.tailgate.data.text.TextSet;
import dev.tailgate.data.text.TokenizerFile;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.OnnxModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Opens whatever the user calls data. */
public final class DataSources {
  private DataSources() {}

  /**
   * Opens the data of {@code request} for {@code model}: {@code .npz} or {@code .npy} arrays, a
   * folder of ONNX test data, {@code .txt} text, a folder of images, IDX or CIFAR files, tables by
   * name or query, which are time series for a forecaster; without data, inputs made from the
   * signature.
   *
   * @throws DataException where the data cannot be read or does not fit the model
   */
  public static DataSource open(OnnxModel model, DataRequest request) {
    if (request.data().isEmpty()) {
      return new SyntheticSource(model, request);
    }
    if (request.data().get() instanceof DataSpec.FileSpec file) {
      return open(model, request, file.path());
    }
    return table(model, request, request.data().get());
  }

  /** A forecaster reads rows as points in time; every other model reads a row as a sample. */
  private static DataSource table(OnnxModel model, DataRequest request, DataSpec data) {
    FormatOptions format = request.format();
    // Other inputs that follow the length of the window are sized by it.
    int window = format.series().window();
    int points = window > 0 ? window : request.sequenceLength();
    ModelInputs sized = ModelInputs.of(model.graph(), request.batchSize(), points);
    return SeriesSet.accepts(sized, format, data)
        ? source(sized, SeriesSet.open(model, sized, request, data), request)
        : rows(model, request, data);
  }

  private static DataSource open(OnnxModel model, DataRequest request, Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (Files.isDirectory(path)) {
      if (!name.endsWith(".npz") && !name.endsWith(".npy") && TestDataSetSource.accepts(path)) {
        return new TestDataSetSource(model, request, path);
      }
      if (ImageSet.accepts(path)) {
        return images(model, request, path);
      }
      throw unknown(path, "a folder with neither images nor test_data_set_0 or input_0.pb");
    }
    if (!Files.isRegularFile(path)) {
      throw unknown(path, "nothing at that path");
    }
    if (name.endsWith(".npz") || name.endsWith(".npy")) {
      return new NpzSource(model, request, path);
    }
    if (name.endsWith(".txt")) {
      ModelInputs inputs = inputs(model, request);
      Path tokenizer = tokenizer(model, request, Optional.of(path));
      return source(inputs, new TextSet(model.graph(), inputs, request, path, tokenizer), request);
    }
    if (ImageSet.accepts(path)) {
      return images(model, request, path);
    }
    if (TableSet.accepts(path)) {
      return table(model, request, DataSpec.of(path));
    }
    throw unknown(path, "a file of another kind");
  }

  private static DataSource images(OnnxModel model, DataRequest request, Path path) {
    ModelInputs inputs = inputs(model, request);
    return source(inputs, ImageSet.open(model, inputs, request, path), request);
  }

  private static DataSource rows(OnnxModel model, DataRequest request, DataSpec data) {
    ModelInputs inputs = inputs(model, request);
    Optional<Path> file =
        data instanceof DataSpec.FileSpec spec ? Optional.of(spec.path()) : Optional.empty();
    return source(
        inputs,
        new TableSet(model.graph(), inputs, request, data, () -> tokenizer(model, request, file)),
        request);
  }

  private static ModelInputs inputs(OnnxModel model, DataRequest request) {
    return ModelInputs.of(model.graph(), request.batchSize(), request.sequenceLength());
  }

  private static DataSource source(ModelInputs inputs, SampleSet set, DataRequest request) {
    return new SampleSource(inputs, set, request);
  }

  /** The tokenizer given, or one of the usual names beside the data or the model. */
  private static Path tokenizer(OnnxModel model, DataRequest request, Optional<Path> data) {
    return request
        .tokenizer()
        .or(() -> data.flatMap(TokenizerFile::beside))
        .or(() -> model.path().flatMap(TokenizerFile::beside))
        .orElseThrow(
            () ->
                DataException.doing("opening " + request.data().orElseThrow())
                    .expected("a tokenizer.json or vocabulary beside the data or the model")
                    .found("none")
                    .fix("Give the model's tokenizer.json with --tokenizer."));
  }

  private static DataException unknown(Path path, String found) {
    return DataException.doing("opening data " + path.getFileName())
        .expected(
            ".npz, .npy, .txt, .parquet, .csv, .tsv, .jsonl, a query, images (a folder, IDX, CIFAR"
                + " .bin), or a folder of ONNX test data")
        .found(found)
        .where(path.toString())
        .fix("Check the path, or leave the data out to use synthetic inputs.");
  }
}

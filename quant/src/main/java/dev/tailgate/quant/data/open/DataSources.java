package dev.tailgate.quant.data.open;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.data.DataRequest;
import dev.tailgate.quant.data.DataSource;
import dev.tailgate.quant.data.DataSpec;
import dev.tailgate.quant.data.SampleSource;
import dev.tailgate.quant.data.SeriesOptions;
import dev.tailgate.quant.data.image.ImageSet;
import dev.tailgate.quant.data.numpy.NpzSource;
import dev.tailgate.quant.data.onnx.TestDataSetSource;
import dev.tailgate.quant.data.series.SeriesSet;
import dev.tailgate.quant.data.synthetic.SyntheticSource;
import dev.tailgate.quant.data.text.TextSource;
import dev.tailgate.quant.input.ModelInputs;
import dev.tailgate.quant.tensor.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Opens whatever the user calls data. */
public final class DataSources {
  private static final String TOKENIZER = "tokenizer.json";

  private DataSources() {}

  /**
   * Opens the data of {@code request} for {@code model}: {@code .npz} or {@code .npy} arrays, a
   * folder of ONNX test data, {@code .txt} text, a folder of images, IDX or CIFAR files, a {@code
   * .csv} time series for a forecaster; without data, inputs made from the signature.
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
    throw unknown(Path.of("query"), "a query");
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
      return new TextSource(model, request, path, tokenizer(model, request, path));
    }
    if (ImageSet.accepts(path)) {
      return images(model, request, path);
    }
    SeriesOptions series = request.format().series();
    // Other inputs that follow the length of the window are sized by it.
    int points = series.window() > 0 ? series.window() : request.sequenceLength();
    ModelInputs inputs = ModelInputs.of(model.graph(), request.batchSize(), points);
    if (SeriesSet.accepts(inputs, series, path)) {
      return new SampleSource(inputs, SeriesSet.open(model, inputs, request, path), request);
    }
    throw unknown(path, "a file of another kind");
  }

  private static DataSource images(OnnxModel model, DataRequest request, Path path) {
    ModelInputs inputs =
        ModelInputs.of(model.graph(), request.batchSize(), request.sequenceLength());
    return new SampleSource(inputs, ImageSet.open(model, inputs, request, path), request);
  }

  /** The tokenizer given, or {@code tokenizer.json} beside the data or the model. */
  private static Path tokenizer(OnnxModel model, DataRequest request, Path data) {
    if (request.tokenizer().isPresent()) {
      Path given = request.tokenizer().get();
      return Files.isDirectory(given) ? given.resolve(TOKENIZER) : given;
    }
    List<Path> candidates = new ArrayList<>();
    candidates.add(data.resolveSibling(TOKENIZER));
    model.path().ifPresent(m -> candidates.add(m.resolveSibling(TOKENIZER)));
    return candidates.stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                DataException.doing("opening " + data.getFileName())
                    .expected("a tokenizer.json beside the text or the model")
                    .found("none")
                    .where(data.toString())
                    .fix("Give the model's tokenizer.json with --tokenizer."));
  }

  private static DataException unknown(Path path, String found) {
    return DataException.doing("opening data " + path.getFileName())
        .expected(
            ".npz, .npy, .txt, a folder of ONNX test data, images (a folder, IDX, CIFAR .bin), or"
                + " the .csv of a time series")
        .found(found)
        .where(path.toString())
        .fix("Check the path, or leave the data out to use synthetic inputs.");
  }
}

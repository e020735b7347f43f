package dev.tailgate.data.open;

import dev.tailgate.data.DataFormat;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.Opening;
import dev.tailgate.data.OptionSet;
import dev.tailgate.data.image.ImageSet;
import dev.tailgate.data.numpy.NpzSource;
import dev.tailgate.data.onnx.TestDataSetSource;
import dev.tailgate.data.series.SeriesSet;
import dev.tailgate.data.synthetic.SyntheticSource;
import dev.tailgate.data.table.TableSet;
import dev.tailgate.data.text.TextSet;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.List;
import java.util.stream.Collectors;

/** Opens whatever the user calls data. */
public final class DataSources {
  /** All formats; the first that recognises the data opens it. */
  private static final List<DataFormat> FORMATS =
      List.of(
          SyntheticSource.FORMAT,
          NpzSource.FORMAT,
          TextSet.FORMAT,
          SeriesSet.FORMAT,
          TableSet.FORMAT,
          TestDataSetSource.FORMAT,
          ImageSet.FORMAT);

  private DataSources() {}

  /** The options of all formats. */
  public static List<OptionSet<?>> options() {
    return FORMATS.stream()
        .flatMap(format -> format.options().stream())
        .collect(Collectors.toUnmodifiableList());
  }

  /**
   * Opens the data of {@code request} for {@code model}; without data, inputs made from the
   * signature.
   *
   * @throws DataException where the data cannot be read or does not fit the model
   */
  public static DataSource open(OnnxModel model, DataRequest request) {
    Opening opening = new Opening(model, request);
    return FORMATS.stream()
        .filter(format -> format.recognises().test(opening))
        .findFirst()
        .orElseThrow(() -> unknown(opening))
        .opener()
        .apply(opening);
  }

  private static DataException unknown(Opening opening) {
    List<String> names =
        FORMATS.stream().map(DataFormat::names).filter(words -> !words.isEmpty()).toList();
    int last = names.size() - 1;
    String path = opening.path().orElseThrow().toString();
    return DataException.doing("opening data " + opening.path().orElseThrow().getFileName())
        .expected(String.join(", ", names.subList(0, last)) + ", or " + names.get(last))
        .found(
            opening.isFolder()
                ? "a folder with neither images nor test_data_set_0 or input_0.pb"
                : opening.isFile() ? "a file of another kind" : "nothing at that path")
        .where(path)
        .fix("Check the path, or leave the data out to use synthetic inputs.");
  }
}

package dev.tailgate.data.open;

import dev.tailgate.data.DataFormat;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.EmbeddingOptions;
import dev.tailgate.data.Opening;
import dev.tailgate.data.OptionSet;
import dev.tailgate.data.image.ImageSet;
import dev.tailgate.data.numpy.NpzSource;
import dev.tailgate.data.onnx.TestDataSetSource;
import dev.tailgate.data.series.SeriesSet;
import dev.tailgate.data.synthetic.SyntheticSource;
import dev.tailgate.data.table.TableSet;
import dev.tailgate.data.text.SentenceFolder;
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

  /** What tokenizes texts of its own. */
  private static final List<DataFormat> READ_TEXT = List.of(TextSet.FORMAT, TableSet.FORMAT);

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
    DataRequest told =
        SentenceFolder.around(model).map(folder -> folder.tell(request)).orElse(request);
    Opening opening = new Opening(model, told);
    DataFormat format =
        FORMATS.stream()
            .filter(f -> f.recognises().test(opening))
            .findFirst()
            .orElseThrow(() -> unknown(opening));
    EmbeddingOptions said = request.format().get(EmbeddingOptions.SET);
    if (said.hasPrefix() && !READ_TEXT.contains(format)) {
      throw DataException.doing("putting --prefix in front of texts")
          .expected("a table or a .txt")
          .found(request.data().map(Object::toString).orElse("no data"))
          .fix("Leave --prefix out, or give texts.");
    }
    DataSource source = format.opener().apply(opening);
    if (said.pooling().isPresent() && !source.task().comparesEmbeddings()) {
      throw DataException.doing("pooling the tokens of a text")
          .expected("a task that compares vectors of texts: similarity or neighbours")
          .found("task " + source.task().label())
          .fix("Leave --pooling out, or ask for --task neighbours.");
    }
    return source;
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

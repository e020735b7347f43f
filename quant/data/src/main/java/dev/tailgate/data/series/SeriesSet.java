package dev.tailgate.data.series;

import dev.tailgate.data.DataFormat;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.FormatOptions;
import dev.tailgate.data.Opening;
import dev.tailgate.data.Sample;
import dev.tailgate.data.SampleSet;
import dev.tailgate.data.Task;
import dev.tailgate.data.table.CsvOptions;
import dev.tailgate.data.table.NumberTable;
import dev.tailgate.data.table.TableOptions;
import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.Printable;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Windows of a table, a row a point in time: input the window {@code [T_in, D]}, label the {@code
 * [T_out, D]} rows that follow. Every channel is scaled by mean and deviation of the training part,
 * see {@link SeriesScaling}; labels are too, so that errors are in deviations, as papers on ETT
 * give them.
 *
 * <p>The table is read once; the part that is cut into windows stays in memory as float32.
 */
public final class SeriesSet implements SampleSet {
  /** Tables that a forecaster reads. */
  public static final DataFormat FORMAT =
      new DataFormat(
          "series",
          "",
          List.of(SeriesOptions.SET),
          SeriesSet::accepts,
          opening -> opening.batches(inputs(opening), open(opening)));

  private final String name;
  private final List<String> names;
  private final ForecastShape shape;
  private final DecoderInputs decoder;
  private final SeriesSplit split;
  private final SeriesPart part;
  private final int stride;
  private final ScaledRows rows;

  private SeriesSet(
      DataSpec data,
      SeriesTable table,
      ForecastShape shape,
      DecoderInputs decoder,
      DataRequest request) {
    SeriesOptions options = request.format().get(SeriesOptions.SET);
    this.name = name(data);
    this.names = table.names();
    this.shape = shape;
    this.decoder = decoder;
    this.stride = options.stride();
    this.split = options.splitFor(request.purpose());
    this.part = SeriesPart.of(name, table.rows().size(), split, shape.window());
    if (part.train() < 1 || size() == 0) {
      throw ForecastShape.question(
          String.format(
              Locale.ROOT,
              "at least %d rows in the %s part",
              shape.window() + shape.horizon(),
              split.label()),
          String.format(
              Locale.ROOT,
              "%d of %d rows of %s",
              part.to() - part.from(),
              table.rows().size(),
              name),
          "Give more rows, a shorter horizon, or --series-split all.");
    }
    this.rows = ScaledRows.of(table, part, decoder.features());
  }

  /**
   * Whether the data is a table and the model reads windows of a series. A model input {@code [N,
   * T]} may as well read a row of features, and is a window only where the options speak of a
   * series. CSV holds no lists; a cell of another table may be a whole window, and is one where its
   * column is called like the input.
   */
  private static boolean accepts(Opening opening) {
    FormatOptions options = opening.request().format();
    ModelInputs inputs = inputs(opening);
    boolean isAsked = !options.get(SeriesOptions.SET).equals(SeriesOptions.DEFAULT);
    Optional<InputLayout> window =
        inputs
            .primary()
            .filter(p -> ForecastShape.fits(inputs) && (isAsked || p.shape().length == 3));
    if (window.isEmpty() || !NumberTable.accepts(opening)) {
      return false;
    }
    String name = window.get().name();
    return opening.endsIn(".csv", ".tsv")
        || (!options.get(TableOptions.SET).columns().containsKey(name)
            && NumberTable.open(opening.request().data().orElseThrow()).names().stream()
                .noneMatch(name::equalsIgnoreCase));
  }

  /** Other inputs that follow the length of the window are sized by it. */
  private static ModelInputs inputs(Opening opening) {
    int window = opening.request().format().get(SeriesOptions.SET).window();
    return window > 0 ? opening.inputs(window) : opening.inputs();
  }

  private static SeriesSet open(Opening opening) {
    return open(
        opening.model(),
        inputs(opening),
        opening.request(),
        opening.request().data().orElseThrow());
  }

  /**
   * Reads {@code data} for {@code model}.
   *
   * @throws dev.tailgate.engine.tensor.DataException where the table is damaged, has gaps, or does
   *     not fit the model
   */
  static SeriesSet open(OnnxModel model, ModelInputs inputs, DataRequest request, DataSpec data) {
    SeriesOptions options = request.format().get(SeriesOptions.SET);
    Task task = request.task().orElse(Task.REGRESSION);
    if (task != Task.REGRESSION && task != Task.AGREEMENT) {
      throw ForecastShape.question(
          "--task regression or agreement", task.label(), "Ask for one of these.");
    }
    if (!request.format().get(TableOptions.SET).csv().equals(CsvOptions.NONE)) {
      throw ForecastShape.question(
          "a series in its usual form: a header, and commas, semicolons, or tabs in a .tsv",
          "--csv",
          "Leave --csv out, or read the file in a query with read_csv and its own options.");
    }
    ForecastShape shape = ForecastShape.of(model.graph(), inputs, options, task == Task.REGRESSION);
    DecoderInputs decoder = DecoderInputs.of(model.graph(), inputs, shape, options);
    SeriesTable table = SeriesTable.read(data, options.columns(), decoder.hasMarks());
    requireChannels(table, shape, name(data));
    if (decoder.hasMarks() && table.seconds().isEmpty()) {
      throw ForecastShape.question(
          "a column of dates, for the model's calendar input",
          "columns " + table.names(),
          "Add a column named date.");
    }
    return new SeriesSet(data, table, shape, decoder, request);
  }

  private static void requireChannels(SeriesTable table, ForecastShape shape, String name) {
    int channels = table.channels();
    int forecast = shape.forecastChannels();
    boolean fits = shape.channels() == 0 || shape.channels() == channels;
    boolean isForecast =
        shape.horizon() == 0 || forecast == 0 || forecast == channels || forecast == 1;
    if (!fits || !isForecast) {
      throw ForecastShape.question(
          String.format(
              Locale.ROOT,
              "%d channels, as the model reads, and %s forecast",
              shape.channels(),
              forecast == 0 ? "as many" : forecast),
          String.format(
              Locale.ROOT, "%d columns of numbers in %s: %s", channels, name, names(table.names())),
          "Name the channels with --series-columns.");
    }
  }

  @Override
  public Iterator<Sample> read(long[] indices) {
    return LongStream.of(indices).mapToObj(this::sample).iterator();
  }

  private Sample sample(long index) {
    int start = Math.toIntExact(index * stride);
    int behind = start + shape.window();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(shape.input(), rows.tensor(start, behind, shape.channelAxis()));
    int known = behind - decoder.labelLength();
    int last = behind + shape.horizon();
    decoder
        .decoder()
        .ifPresent(name -> tensors.put(name, rows.tensorWithZeros(known, behind, last)));
    decoder.windowMarks().ifPresent(name -> tensors.put(name, rows.marks(start, behind)));
    decoder.decoderMarks().ifPresent(name -> tensors.put(name, rows.marks(known, last)));
    return new Sample(index, tensors, label(behind, last), -1);
  }

  /** The rows behind the window; of the last channel only where the model forecasts one. */
  private Optional<Tensor> label(int from, int to) {
    if (shape.horizon() == 0) {
      return Optional.empty();
    }
    boolean hasAxis = shape.forecastRank() == 2;
    boolean isOne = !hasAxis || shape.forecastChannels() == 1;
    return Optional.of(isOne ? rows.lastChannel(from, to, hasAxis) : rows.tensor(from, to, true));
  }

  @Override
  public long size() {
    return part.windows(shape.window(), shape.horizon(), stride);
  }

  /** Calibration reads the validation part, or the training part where that one is evaluated. */
  @Override
  public boolean hasCalibrationPart() {
    return split != SeriesSplit.ALL;
  }

  @Override
  public Task task() {
    return shape.horizon() == 0 ? Task.AGREEMENT : Task.REGRESSION;
  }

  @Override
  public String description() {
    String forecast = shape.horizon() == 0 ? "" : ", horizon " + shape.horizon();
    String known = decoder.labelLength() == 0 ? "" : ", label length " + decoder.labelLength();
    String steps = stride == 1 ? "" : ", every " + stride + " rows";
    return String.format(
        Locale.ROOT,
        "%s (%s), windows of %d%s%s%s in the %s part (rows %d-%d), scaled to mean 0 and deviation 1 of rows 1-%d",
        name,
        names(names),
        shape.window(),
        forecast,
        known,
        steps,
        split.label(),
        part.from() + 1,
        part.to(),
        part.train());
  }

  /** A result says what it was measured on, so that it can be measured again. */
  private static String name(DataSpec data) {
    return data instanceof DataSpec.FileSpec file
        ? file.path().getFileName().toString()
        : "the query " + Printable.of(data.toString());
  }

  private static String names(List<String> names) {
    int shown = 8;
    String first = String.join(", ", names.subList(0, Math.min(shown, names.size())));
    return names.size() > shown ? first + ", ... " + names.size() + " in all" : first;
  }
}

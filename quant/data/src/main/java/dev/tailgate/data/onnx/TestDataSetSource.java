package dev.tailgate.data.onnx;

import dev.tailgate.data.Amount;
import dev.tailgate.data.Batch;
import dev.tailgate.data.DataFormat;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.Labels;
import dev.tailgate.data.Opening;
import dev.tailgate.data.Shard;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.TensorFile;
import dev.tailgate.onnx.ir.ValueInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * ONNX test data: folders {@code test_data_set_0, 1, ...} with {@code input_0.pb, input_1.pb, ...}
 * in the order of the signature. Each folder is one batch as it was saved, so that the batch size
 * of the request does not apply, and the part of the data that a shard names is made of whole
 * folders. Expected outputs in the folders are not read.
 */
public final class TestDataSetSource implements DataSource {
  /** Inputs as ONNX publishes them beside its test models. */
  public static final DataFormat FORMAT =
      new DataFormat(
          "onnx",
          "a folder of ONNX test data",
          List.of(),
          TestDataSetSource::accepts,
          opening ->
              new TestDataSetSource(
                  opening.model(), opening.request(), opening.path().orElseThrow()));

  private static final Pattern NUMBERED = Pattern.compile("(?:test_data_set|input)_(\\d{1,9}).*");

  private final Path path;
  private final List<ValueInfo> inputs;
  private final Optional<InputLayout> primary;
  private final List<Path> folders;
  private final long[] firstSamples;
  private final Task task;

  /** Opens {@code path}: a folder of data sets, or a data set itself. */
  public TestDataSetSource(OnnxModel model, DataRequest request, Path path) {
    this.path = path;
    this.inputs = model.graph().inputs();
    this.primary =
        ModelInputs.of(model.graph(), request.batchSize(), request.sequenceLength()).primary();
    List<Path> all = part(isDataSet(path) ? List.of(path) : dataSets(path), request.shard());
    long[] starts = new long[all.size() + 1];
    int used = 0;
    long most = Long.MAX_VALUE;
    while (used < all.size() && starts[used] < most) {
      Map<String, Tensor> tensors = read(all.get(used));
      most = used == 0 ? request.amount().samples(1, size(tensors)) : most;
      starts[used + 1] = starts[used] + samples(tensors);
      used++;
    }
    this.folders = all.subList(0, used);
    this.firstSamples = java.util.Arrays.copyOf(starts, used + 1);
    this.task = request.task().filter(t -> t == Task.CAUSAL_LM).orElse(Task.AGREEMENT);
  }

  private static List<Path> part(List<Path> folders, Shard shard) {
    return LongStream.range(0, shard.size(folders.size()))
        .mapToObj(k -> folders.get((int) shard.whole(k)))
        .toList();
  }

  private static boolean accepts(Opening opening) {
    // An unpacked archive of arrays is a folder of files that no format reads.
    return opening.isFolder()
        && !opening.endsIn(".npz", ".npy")
        && opening.path().filter(p -> isDataSet(p) || !dataSets(p).isEmpty()).isPresent();
  }

  private static boolean isDataSet(Path path) {
    return !numbered(path, "input_").isEmpty();
  }

  private static List<Path> dataSets(Path path) {
    return numbered(path, "test_data_set_").stream().filter(Files::isDirectory).toList();
  }

  private static List<Path> numbered(Path folder, String prefix) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(e -> e.getFileName().toString().startsWith(prefix))
          .filter(e -> number(e) >= 0)
          .sorted(Comparator.comparingInt(TestDataSetSource::number))
          .toList();
    } catch (IOException e) {
      throw DataException.doing("reading folder " + folder.getFileName())
          .expected("a readable folder")
          .found(String.valueOf(e.getMessage()))
          .where(folder.toString())
          .fix("Check the path and its permissions.", e);
    }
  }

  private static int number(Path path) {
    Matcher matcher = NUMBERED.matcher(path.getFileName().toString());
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  private Map<String, Tensor> read(Path folder) {
    List<Path> files = numbered(folder, "input_");
    if (files.size() != inputs.size()) {
      throw DataException.doing("reading data set " + folder.getFileName())
          .expected(inputs.size() + " files input_0.pb, input_1.pb, ..., one for each model input")
          .found(files.size() + " files")
          .where(folder.toString())
          .fix("Add the missing inputs, or check that the data belongs to the model.");
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < files.size(); i++) {
      tensors.put(inputs.get(i).name(), tensor(files.get(i), inputs.get(i)));
    }
    return tensors;
  }

  private static Tensor tensor(Path file, ValueInfo input) {
    ConstantTensor stored;
    try {
      stored = TensorFile.read(file);
    } catch (ModelException e) {
      throw DataException.wrap(e);
    }
    if (stored.type() != input.type() || !Elements.knows(stored.type())) {
      throw DataException.doing("reading " + file.getFileName())
          .expected(input.toString())
          .found(stored.type().label() + stored.dims())
          .where(file.toString())
          .fix("Check that the data belongs to the model.");
    }
    long[] shape = stored.dims().stream().mapToLong(Long::longValue).toArray();
    Tensor tensor = Tensor.allocate(stored.type(), shape);
    // Elements are stored little-endian, as on every platform ONNX Runtime is built for.
    tensor.data().put(stored.data().read(0, tensor.data().remaining()));
    return tensor;
  }

  private Amount.SampleSize size(Map<String, Tensor> tensors) {
    double values = primary.map(p -> tensors.get(p.name())).map(Tensor::elementCount).orElse(1);
    boolean isTokens = primary.filter(p -> p.role() instanceof InputRole.TokenIds).isPresent();
    return Amount.SampleSize.of(values / samples(tensors), isTokens);
  }

  private int samples(Map<String, Tensor> tensors) {
    return primary
        .filter(p -> p.batchAxis() == 0)
        .map(p -> tensors.get(p.name()))
        .filter(t -> t.rank() > 0)
        .map(t -> (int) t.dim(0))
        .orElse(1);
  }

  @Override
  public Iterator<Batch> batches() {
    return IntStream.range(0, folders.size()).mapToObj(this::batch).iterator();
  }

  private Batch batch(int index) {
    Map<String, Tensor> tensors = read(folders.get(index));
    Optional<Tensor> labels =
        primary
            .filter(p -> task == Task.CAUSAL_LM && p.type() != ElementType.FLOAT)
            .map(p -> tensors.get(p.name()))
            .map(ids -> Labels.causal(ids, Optional.empty()));
    return new Batch(firstSamples[index], samples(tensors), tensors, labels, Optional.empty());
  }

  @Override
  public long samples() {
    return firstSamples[folders.size()];
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT,
        "%s: %d ONNX test data sets, %d samples",
        path.getFileName(),
        folders.size(),
        samples());
  }

  @Override
  public boolean synthetic() {
    return false;
  }

  @Override
  public boolean hasPadding() {
    return false;
  }

  @Override
  public Task task() {
    return task;
  }
}

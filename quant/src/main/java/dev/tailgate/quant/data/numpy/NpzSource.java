package dev.tailgate.quant.data.numpy;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.data.Batch;
import dev.tailgate.quant.data.BatchPlan;
import dev.tailgate.quant.data.DataRequest;
import dev.tailgate.quant.data.DataSource;
import dev.tailgate.quant.data.Labels;
import dev.tailgate.quant.data.Task;
import dev.tailgate.quant.data.TaskRule;
import dev.tailgate.quant.data.synthetic.SyntheticSource;
import dev.tailgate.quant.input.InputFiller;
import dev.tailgate.quant.input.InputLayout;
import dev.tailgate.quant.input.ModelInputs;
import dev.tailgate.quant.tensor.Elements;
import dev.tailgate.quant.tensor.Tensor;
import dev.tailgate.quant.tensor.TensorConversion;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Samples from NumPy arrays: {@code .npz} archives with an array per model input, or an {@code
 * .npy} file for the main input. The first axis counts samples. Inputs without an array (masks,
 * positions, token types, past state) are filled as in {@link SyntheticSource}. An array {@code
 * labels} is compared with the predictions, see {@link TaskRule}; an array {@code attention_mask}
 * with zeros marks padding. Samples that do not fill a fixed batch are left out.
 *
 * <p>Rows are streamed: at most one batch is in memory.
 */
public final class NpzSource implements DataSource {
  private final Path path;
  private final ArrayMatch match;
  private final InputFiller filler;
  private final BatchPlan plan;
  private final Task task;
  private final boolean hasPadding;

  /** Opens {@code path} for {@code model}; headers are read and checked, elements are not. */
  public NpzSource(OnnxModel model, DataRequest request, Path path) {
    this.path = path;
    this.match = ArrayMatch.of(model.graph(), request, path);
    this.filler = new InputFiller(request.seed());
    ModelInputs inputs = match.inputs();
    this.plan = BatchPlan.of(match.rows(), request.samples(), inputs, path.toString());
    this.task =
        match
            .labels()
            .map(l -> TaskRule.forLabels(model.graph(), inputs, look(l), request.task()))
            .orElseGet(() -> TaskRule.forUnlabelled(model.graph(), inputs, request.task()));
    this.hasPadding = match.mask().filter(m -> isOfTokens(m) && hasZeros(m, plan)).isPresent();
  }

  private static TaskRule.Labelled look(NumpyArray labels) {
    return new TaskRule.Labelled(
        labels.rank(),
        labels.rank() > 1 ? labels.shape().get(1) : 1,
        labels.header().type().isFloat());
  }

  /**
   * Whether a mask has a column for each token. With past state it has more, and which positions of
   * which activations it speaks of depends on the activation; padding is then not told apart.
   */
  private boolean isOfTokens(NumpyArray mask) {
    return match
        .inputs()
        .tokenIds()
        .map(InputLayout::name)
        .map(match.sampled()::get)
        .map(ids -> ids.shape().equals(mask.shape()))
        .orElse(true);
  }

  private static boolean hasZeros(NumpyArray mask, BatchPlan plan) {
    NumpyArray.Rows rows = mask.open(plan.samples());
    boolean found = false;
    for (long at = 0; at < plan.samples(); at += plan.batchSize()) {
      Tensor part = rows.next((int) Math.min(plan.batchSize(), plan.samples() - at));
      Elements.Reader reader = Elements.reader(part);
      for (int i = 0; i < part.elementCount(); i++) {
        found |= reader.get(i) == 0;
      }
    }
    return found;
  }

  @Override
  public Iterator<Batch> batches() {
    return plan.iterate(new Reading()::batch);
  }

  /** One pass over the arrays. */
  private final class Reading {
    private final Map<String, NumpyArray.Rows> rows = new LinkedHashMap<>();

    Reading() {
      match
          .sampled()
          .values()
          .forEach(a -> rows.computeIfAbsent(a.name(), n -> a.open(plan.samples())));
      match.labels().ifPresent(a -> rows.put(a.name(), a.open(plan.samples())));
      match.mask().ifPresent(a -> rows.computeIfAbsent(a.name(), n -> a.open(plan.samples())));
    }

    Batch batch(long firstSample, int samples) {
      Map<String, Tensor> read = new LinkedHashMap<>();
      rows.forEach((name, reader) -> read.put(name, reader.next(samples)));
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (InputLayout layout : match.inputs().layouts()) {
        tensors.put(layout.name(), tensor(layout, read, firstSample, samples));
      }
      Optional<Tensor> mask = match.mask().filter(m -> hasPadding).map(m -> int64(read, m));
      return new Batch(firstSample, samples, tensors, labels(tensors, read, mask), mask);
    }

    private Tensor tensor(
        InputLayout layout, Map<String, Tensor> read, long firstSample, int samples) {
      NumpyArray sampled = match.sampled().get(layout.name());
      if (sampled != null) {
        Tensor rowsRead = read.getOrDefault(sampled.name(), layout.allocate(0));
        Tensor shaped = match.isList() ? withoutFirstAxis(rowsRead) : rowsRead;
        return TensorConversion.convert(shaped, layout.type(), sampled.where());
      }
      NumpyArray constant = match.constants().get(layout.name());
      if (constant != null) {
        Tensor whole = constant.open(constant.rows()).next(Math.toIntExact(constant.rows()));
        return TensorConversion.convert(whole, layout.type(), constant.where());
      }
      return filler.make(layout, firstSample, samples);
    }

    private Optional<Tensor> labels(
        Map<String, Tensor> tensors, Map<String, Tensor> read, Optional<Tensor> mask) {
      if (task == Task.AGREEMENT) {
        return Optional.empty();
      }
      if (match.labels().isPresent()) {
        return match
            .labels()
            .map(l -> l.header().type().isFloat() ? real(read, l) : int64(read, l));
      }
      if (task == Task.CAUSAL_LM) {
        return match
            .inputs()
            .tokenIds()
            .map(InputLayout::name)
            .map(tensors::get)
            .map(ids -> Labels.causal(ids, mask));
      }
      return Optional.empty();
    }
  }

  private static Tensor real(Map<String, Tensor> read, NumpyArray array) {
    Tensor tensor = read.getOrDefault(array.name(), Tensor.allocate(ElementType.FLOAT, 0));
    return TensorConversion.convert(tensor, ElementType.FLOAT, array.where());
  }

  private static Tensor int64(Map<String, Tensor> read, NumpyArray array) {
    Tensor tensor = read.getOrDefault(array.name(), Tensor.allocate(ElementType.INT64, 0));
    return TensorConversion.convert(tensor, ElementType.INT64, array.where());
  }

  /** {@code [1, T]} as {@code [T]}, for models that take one list of tokens. */
  private static Tensor withoutFirstAxis(Tensor tensor) {
    long[] shape = tensor.shape();
    return new Tensor(
        tensor.type(), java.util.Arrays.copyOfRange(shape, 1, shape.length), tensor.data());
  }

  @Override
  public long samples() {
    return plan.samples();
  }

  @Override
  public String description() {
    String ignored =
        match.ignored().isEmpty() ? "" : ", not used: " + String.join(", ", match.ignored());
    return "%s: %d of %d samples%s"
        .formatted(path.getFileName(), plan.samples(), match.rows(), ignored);
  }

  @Override
  public boolean synthetic() {
    return false;
  }

  @Override
  public boolean hasPadding() {
    return hasPadding;
  }

  @Override
  public Task task() {
    return task;
  }
}

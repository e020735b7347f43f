package dev.tailgate.data.numpy;

import dev.tailgate.data.Batch;
import dev.tailgate.data.Labels;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.InputFiller;
import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.engine.tensor.TensorConversion;
import dev.tailgate.onnx.ir.ElementType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** One pass over the arrays, batch after batch. */
final class NpzPass {
  /** What both T5 and most others begin with and fill up with, where no configuration is read. */
  private static final long DECODER_START = 0;

  private final ArrayMatch match;
  private final InputFiller filler;
  private final Task task;
  private final boolean hasPadding;
  private final long[] order;
  private final long[] places;
  private final Optional<RowShuffle> shuffle;
  private final Map<String, RowReader> rows = new LinkedHashMap<>();

  /**
   * Starts before the first of the rows in {@code order}, which ascends or was drawn by {@code
   * shuffle}; they are the samples at {@code places}.
   */
  NpzPass(
      ArrayMatch match,
      InputFiller filler,
      Task task,
      boolean hasPadding,
      long[] order,
      long[] places,
      Optional<RowShuffle> shuffle) {
    this.match = match;
    this.filler = filler;
    this.task = task;
    this.hasPadding = hasPadding;
    this.order = order;
    this.places = places;
    this.shuffle = shuffle;
    match.sampled().values().forEach(this::open);
    match.labels().ifPresent(this::open);
    match.mask().ifPresent(this::open);
  }

  private void open(NumpyArray array) {
    rows.computeIfAbsent(
        array.name(),
        n ->
            shuffle.isPresent() ? shuffle.get().reader(array, order) : new RowPicker(array, order));
  }

  /** The samples from number {@code firstSample} of the order on; asked for one after the other. */
  Batch batch(long firstSample, int samples) {
    int first = Math.toIntExact(firstSample);
    Map<String, Tensor> read = new LinkedHashMap<>();
    rows.forEach((name, picker) -> read.put(name, picker.next(first, samples)));
    Optional<Tensor> mask = hasPadding ? Optional.of(mask(read, samples)) : Optional.empty();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (InputLayout layout : match.inputs().layouts()) {
      tensors.put(layout.name(), tensor(layout, read, first, samples, mask));
    }
    long[] own = Arrays.copyOfRange(places, first, first + samples);
    return new Batch(own, samples, tensors, labels(tensors, read, mask), mask);
  }

  private Tensor tensor(
      InputLayout layout, Map<String, Tensor> read, int first, int samples, Optional<Tensor> mask) {
    NumpyArray sampled = match.sampled().get(layout.name());
    if (sampled != null) {
      Tensor given = read.getOrDefault(sampled.name(), layout.allocate(0));
      FiniteCheck.refuse(layout, given, sampled, order, first);
      Tensor filled = layout.role().isTokenWise() ? match.padding().input(given) : given;
      Tensor shaped = match.isList() ? filled.withoutFirstAxis() : filled;
      return TensorConversion.convert(shaped, layout.type(), sampled.where());
    }
    NumpyArray constant = match.constants().get(layout.name());
    if (constant != null) {
      Tensor whole = constant.open(constant.rows()).next(Math.toIntExact(constant.rows()));
      return TensorConversion.convert(whole, layout.type(), constant.where());
    }
    if (match.decoder().filter(layout.name()::equals).isPresent()) {
      NumpyArray array = match.labels().orElseThrow();
      Tensor ids = Labels.shiftedRight(int64(read, array), DECODER_START, DECODER_START);
      return TensorConversion.convert(ids, layout.type(), array.where());
    }
    boolean hidesPadding = match.padding().isNeeded() && isMaskOfTokens(layout);
    return hidesPadding && mask.isPresent()
        ? TensorConversion.convert(mask.get(), layout.type(), layout.name())
        : filler.make(layout, Arrays.copyOfRange(places, first, first + samples));
  }

  private boolean isMaskOfTokens(InputLayout layout) {
    return layout.role() instanceof InputRole.Mask
        && layout.shape().length == 2
        && match.padding().reaches(layout.shape()[1]);
  }

  /** 1 where the mask of the data is not 0, of any type, filled up as the tokens are. */
  private Tensor mask(Map<String, Tensor> read, int samples) {
    Optional<Tensor> given = match.mask().map(NumpyArray::name).map(read::get);
    if (given.isEmpty()) {
      return match.padding().mask(samples);
    }
    Elements.Reader reader = Elements.reader(given.get());
    long[] ones = new long[given.get().elementCount()];
    Arrays.setAll(ones, i -> reader.get(i) != 0 ? 1 : 0);
    return match.padding().input(Tensor.ofLongs(ones, given.get().shape()));
  }

  private Optional<Tensor> labels(
      Map<String, Tensor> tensors, Map<String, Tensor> read, Optional<Tensor> mask) {
    if (task == Task.AGREEMENT) {
      return Optional.empty();
    }
    if (match.labels().isPresent()) {
      return match
          .labels()
          .map(l -> l.header().type().isFloat() ? real(read, l) : padded(int64(read, l)));
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

  /** Labels of a decoder have a length of their own, which stays. */
  private Tensor padded(Tensor labels) {
    return task == Task.SEQ2SEQ ? labels : match.padding().labels(labels);
  }

  private static Tensor real(Map<String, Tensor> read, NumpyArray array) {
    Tensor tensor = read.getOrDefault(array.name(), Tensor.allocate(ElementType.FLOAT, 0));
    return TensorConversion.convert(tensor, ElementType.FLOAT, array.where());
  }

  private static Tensor int64(Map<String, Tensor> read, NumpyArray array) {
    Tensor tensor = read.getOrDefault(array.name(), Tensor.allocate(ElementType.INT64, 0));
    return TensorConversion.convert(tensor, ElementType.INT64, array.where());
  }
}

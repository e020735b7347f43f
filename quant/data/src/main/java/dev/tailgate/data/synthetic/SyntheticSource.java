package dev.tailgate.data.synthetic;

import dev.tailgate.data.Batch;
import dev.tailgate.data.BatchPlan;
import dev.tailgate.data.DataFormat;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.InputFiller;
import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Samples made from the model's signature alone: uniform token ids, N(0, 1) pixels and features,
 * masks of ones. A sample depends on the seed and its index, not on the batch it is in. Where the
 * model fixes its batch, the last one is filled up with copies.
 */
public final class SyntheticSource implements DataSource {
  /** What there is without data. */
  public static final DataFormat FORMAT =
      new DataFormat(
          "synthetic",
          "",
          List.of(),
          opening -> opening.request().data().isEmpty(),
          opening -> new SyntheticSource(opening.model(), opening.request()));

  private final ModelInputs inputs;
  private final InputFiller filler;
  private final BatchPlan plan;
  private final long seed;

  /** Samples for {@code model}; the data and tokenizer of the request are ignored. */
  public SyntheticSource(OnnxModel model, DataRequest request) {
    this.inputs = ModelInputs.of(model.graph(), request.batchSize(), request.sequenceLength());
    this.filler = new InputFiller(request.seed());
    this.seed = request.seed();
    this.plan = BatchPlan.of(Long.MAX_VALUE, request, inputs, "the model's signature");
  }

  @Override
  public Iterator<Batch> batches() {
    return plan.iterate(this::batch);
  }

  private Batch batch(long firstSample, int samples) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (InputLayout layout : inputs.layouts()) {
      tensors.put(layout.name(), filler.make(layout, firstSample, samples));
    }
    return new Batch(firstSample, samples, tensors, Optional.empty(), Optional.empty());
  }

  /** The role of each input, by name. */
  public Map<String, InputRole> roles() {
    return inputs.layouts().stream()
        .collect(Collectors.toUnmodifiableMap(InputLayout::name, InputLayout::role));
  }

  @Override
  public long samples() {
    return plan.samples();
  }

  @Override
  public String description() {
    return "synthetic inputs from the model's signature, sequence length %d, seed %d%s"
        .formatted(inputs.sequenceLength(), seed, plan.note());
  }

  @Override
  public boolean synthetic() {
    return true;
  }

  @Override
  public boolean hasPadding() {
    return false;
  }

  @Override
  public boolean hasCopies() {
    return plan.hasCopies();
  }

  @Override
  public Task task() {
    return Task.AGREEMENT;
  }
}

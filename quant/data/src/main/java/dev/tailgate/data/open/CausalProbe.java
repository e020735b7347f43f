package dev.tailgate.data.open;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.ActivationSizes;
import dev.tailgate.engine.ModelRunException;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.input.PrimaryOutput;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Does a model see later tokens? Runs it twice on the first batch of the data, in the second run
 * with other tokens behind the first of the longest sample: a causal language model gives the same
 * logits for the first position to the bit or nearly so, an encoder does not. Scoring an encoder by
 * the next token, which it can read, would give a perplexity that means nothing.
 */
final class CausalProbe {
  /** Kernels may sum in another order for another input; attention to a token moves far more. */
  private static final double NOISE = 1e-4;

  private CausalProbe() {}

  /** Whether the first position depends on others; empty where that cannot be told. */
  static Optional<Boolean> seesLaterTokens(OnnxModel model, Batch batch, RunnerOptions options) {
    Optional<InputLayout> ids = ModelInputs.of(model.graph(), 1, 1).tokenIds();
    Optional<Changed> changed = ids.flatMap(input -> Changed.of(batch, input));
    String output = PrimaryOutput.orFirst(model.graph());
    if (changed.isEmpty()) {
      return Optional.empty();
    }
    try (ModelRunner runner =
        ModelRunner.open(model, options.with(RunnerOptions.Optimization.NONE))) {
      ActivationSizes.require(model, changed.get().before(), options);
      Tensor one = runner.run(changed.get().before(), Set.of(output)).get(output);
      Tensor other = runner.run(changed.get().inputs(), Set.of(output)).get(output);
      if (one == null || other == null || one.rank() != 3) {
        return Optional.empty();
      }
      long position = changed.get().row() * one.dim(1) + changed.get().first();
      return one.dim(1) <= changed.get().first() || one.dim(0) <= changed.get().row()
          ? Optional.empty()
          : Optional.of(
              differs(
                  Elements.toFloats(one),
                  Elements.toFloats(other),
                  Math.toIntExact(position),
                  (int) one.dim(2)));
    } catch (ModelRunException e) {
      // The audit will run the model, and say why it cannot.
      return Optional.empty();
    }
  }

  /**
   * Inputs with other tokens behind the first of the longest sample.
   *
   * @param before the inputs with the tokens of the batch
   * @param row which sample
   * @param first its first token that is no padding
   */
  private record Changed(
      Map<String, Tensor> before, Map<String, Tensor> inputs, int row, int first) {
    static Optional<Changed> of(Batch batch, InputLayout input) {
      Tensor ids = batch.inputs().get(input.name());
      int vocabulary = input.role() instanceof InputRole.TokenIds t ? t.vocabulary() : 0;
      if (ids == null || ids.rank() != 2 || ids.type().isFloat() || vocabulary < 2) {
        return Optional.empty();
      }
      int rows = (int) ids.dim(0);
      int length = (int) ids.dim(1);
      long[] real = new long[rows * length];
      Arrays.fill(real, 1);
      long[] mask =
          batch.mask().map(Tensor::toLongs).filter(m -> m.length == real.length).orElse(real);
      int row = 0;
      int first = 0;
      int last = 0;
      for (int r = 0; r < rows; r++) {
        int from = 0;
        int to = length - 1;
        while (from < to && mask[r * length + from] == 0) {
          from++;
        }
        while (to > from && mask[r * length + to] == 0) {
          to--;
        }
        if (to - from > last - first) {
          row = r;
          first = from;
          last = to;
        }
      }
      if (last <= first) {
        return Optional.empty();
      }
      Tensor one = Tensor.allocate(ids.type(), ids.shape());
      Tensor other = Tensor.allocate(ids.type(), ids.shape());
      Elements.Reader tokens = Elements.reader(ids);
      Elements.Writer ones = Elements.writer(one);
      Elements.Writer others = Elements.writer(other);
      for (int at = 0; at < real.length; at++) {
        boolean isLater = at > row * length + first && at <= row * length + last;
        // Whether ids are beyond the vocabulary is for the run on the data to say.
        double token = Math.min(tokens.get(at), vocabulary - 1);
        ones.put(at, token);
        others.put(at, !isLater ? token : token == 0 ? 1 : token - 1);
      }
      return Optional.of(
          new Changed(with(batch, input, one), with(batch, input, other), row, first));
    }

    private static Map<String, Tensor> with(Batch batch, InputLayout input, Tensor ids) {
      Map<String, Tensor> inputs = new HashMap<>(batch.inputs());
      inputs.put(input.name(), ids);
      return inputs;
    }
  }

  private static boolean differs(float[] one, float[] other, int position, int width) {
    double largest = 0;
    double difference = 0;
    for (int i = position * width; i < (position + 1) * width; i++) {
      largest = Math.max(largest, Math.abs(one[i]));
      difference = Math.max(difference, Math.abs((double) one[i] - other[i]));
    }
    return difference > NOISE * Math.max(largest, 1e-6);
  }
}

package dev.tailgate.data.open;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.synthetic.SyntheticSource;
import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.ModelRunException;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.input.PrimaryOutput;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Does a model see later tokens? Runs it twice on one made-up sample whose last token differs: a
 * causal language model gives the same logits for the first position to the bit or nearly so, an
 * encoder does not. Scoring an encoder by the next token, which it can read, would give a
 * perplexity that means nothing.
 */
final class CausalProbe {
  private static final int TOKENS = 8;
  private static final RunnerOptions OPTIONS =
      new RunnerOptions(ExecutionProvider.CPU, 0, RunnerOptions.Optimization.NONE);

  /** Kernels may sum in another order for another input; attention to a token moves far more. */
  private static final double NOISE = 1e-4;

  private CausalProbe() {}

  /** Whether the first position depends on the last; empty where that cannot be told. */
  static Optional<Boolean> seesLaterTokens(OnnxModel model) {
    SyntheticSource source = new SyntheticSource(model, DataRequest.synthetic(1, 1, TOKENS, 0));
    Batch batch = source.batches().next();
    Optional<Map<String, Tensor>> changed = withOtherLastToken(source, batch);
    String output = PrimaryOutput.orFirst(model.graph());
    if (changed.isEmpty()) {
      return Optional.empty();
    }
    try (ModelRunner runner = ModelRunner.open(model, OPTIONS)) {
      Tensor one = runner.run(batch.inputs(), Set.of(output)).get(output);
      Tensor other = runner.run(changed.get(), Set.of(output)).get(output);
      return one == null || other == null || one.rank() != 3
          ? Optional.empty()
          : Optional.of(
              differs(Elements.toFloats(one), Elements.toFloats(other), (int) one.dim(2)));
    } catch (ModelRunException e) {
      // The audit will run the model, and say why it cannot.
      return Optional.empty();
    }
  }

  private static Optional<Map<String, Tensor>> withOtherLastToken(
      SyntheticSource source, Batch batch) {
    for (Map.Entry<String, InputRole> input : source.roles().entrySet()) {
      Tensor ids = batch.inputs().get(input.getKey());
      if (input.getValue() instanceof InputRole.TokenIds tokens
          && ids != null
          && ids.rank() > 0
          && ids.dim(-1) > 1
          && tokens.vocabulary() > 1) {
        Tensor other = Tensor.allocate(ids.type(), ids.shape());
        other.data().put(ids.data());
        int last = (int) ids.dim(-1) - 1;
        double token = Elements.reader(ids).get(last);
        Elements.writer(other).put(last, token == 0 ? 1 : token - 1);
        Map<String, Tensor> inputs = new HashMap<>(batch.inputs());
        inputs.put(input.getKey(), other);
        return Optional.of(inputs);
      }
    }
    return Optional.empty();
  }

  private static boolean differs(float[] one, float[] other, int width) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < width; i++) {
      largest = Math.max(largest, Math.abs(one[i]));
      difference = Math.max(difference, Math.abs((double) one[i] - other[i]));
    }
    return difference > NOISE * Math.max(largest, 1e-6);
  }
}

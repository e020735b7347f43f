package dev.tailgate.data.text;

import dev.tailgate.data.Labels;
import dev.tailgate.data.Sample;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Makes samples out of token ids: ids, segments where the model reads them, and labels. */
public final class TokenSamples {
  private final String tokenIds;
  private final Optional<String> segments;
  private final Task task;
  private final Optional<TokenMasking> masking;

  /**
   * For a model that reads token ids.
   *
   * @param task whose labels are made of the tokens themselves; for others there are none
   * @param seed decides what is masked
   */
  public TokenSamples(ModelInputs inputs, TextEncoder encoder, Task task, long seed) {
    this.tokenIds = inputs.tokenIds().map(InputLayout::name).orElseThrow();
    this.segments =
        inputs.layouts().stream()
            .filter(l -> l.role() instanceof InputRole.TokenTypes && l.batchAxis() >= 0)
            .map(InputLayout::name)
            .findFirst();
    this.task = task;
    this.masking = task == Task.MASKED_LM ? Optional.of(masking(encoder, seed)) : Optional.empty();
  }

  private static TokenMasking masking(TextEncoder encoder, long seed) {
    int token =
        encoder
            .maskToken()
            .orElseThrow(
                () ->
                    DataException.doing("masking tokens")
                        .expected("a tokenizer with a mask token")
                        .found(encoder.kind())
                        .fix("Ask for another task, for example --task causal-lm."));
    return new TokenMasking(token, encoder.vocabulary(), seed);
  }

  /** A sample of tokens of which none was added. */
  Sample ofWindow(long index, int[] ids, int firstLabel) {
    int[] none = new int[ids.length];
    return of(index, ids.clone(), none, new boolean[ids.length], firstLabel);
  }

  /** A sample of a text that stands for itself. */
  public Sample of(long index, TokenizedText text) {
    return of(index, text.ids().clone(), text.segments(), text.special(), 0);
  }

  /** {@code ids} is changed where tokens are masked; labels before {@code firstLabel} are not. */
  private Sample of(long index, int[] ids, int[] segmentIds, boolean[] special, int firstLabel) {
    Optional<Tensor> label = Optional.empty();
    if (masking.isPresent()) {
      label = Optional.of(Tensor.ofLongs(masking.get().apply(ids, special, index), ids.length));
    } else if (task == Task.CAUSAL_LM) {
      long[] labels = toLongs(ids);
      Arrays.fill(labels, 0, firstLabel, Labels.IGNORED);
      label = Optional.of(Tensor.ofLongs(labels, labels.length));
    }
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put(tokenIds, Tensor.ofLongs(toLongs(ids), ids.length));
    segments.ifPresent(name -> inputs.put(name, Tensor.ofLongs(toLongs(segmentIds), ids.length)));
    return new Sample(index, inputs, label, ids.length);
  }

  private static long[] toLongs(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }
}

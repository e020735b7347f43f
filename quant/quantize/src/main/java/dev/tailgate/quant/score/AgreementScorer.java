package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.data.Scoring;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.result.metric.AgreementMetrics;
import dev.tailgate.stats.metric.CosineSimilarity;
import dev.tailgate.stats.metric.Interval;
import dev.tailgate.stats.metric.KlDivergence;
import dev.tailgate.stats.metric.Sqnr;
import dev.tailgate.stats.metric.Top1Agreement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Compares the outputs of the quantized model with those of the float model for the same batches:
 * SQNR and cosine similarity of every real-valued output; for the predictions, whose last axis
 * holds the classes, also KL divergence and top-1 agreement. Positions of padding do not count.
 * Nothing of a batch is kept but sums.
 *
 * <p>An output whose first axis is not the batch (past state) counts as one sample a batch for the
 * cosine, padding included.
 */
public final class AgreementScorer {
  /** Sums for one output. */
  private record Pair(Sqnr sqnr, CosineSimilarity cosine) {}

  private final String primary;
  private final Map<String, Pair> pairs = new LinkedHashMap<>();
  private final KlDivergence divergence = KlDivergence.create();
  private final Top1Agreement agreement = Top1Agreement.create();

  private final Optional<NeighbourScorer> neighbours;

  private AgreementScorer(String primary, Optional<NeighbourScorer> neighbours) {
    this.primary = primary;
    this.neighbours = neighbours;
    pairs.put(primary, new Pair(Sqnr.create(), CosineSimilarity.create()));
  }

  /** A scorer of {@code outputs} for {@code task}, of which nothing else is said. */
  public static AgreementScorer of(ModelOutputs outputs, Task task) {
    return of(outputs, Scoring.of(task));
  }

  /** A scorer of {@code outputs} that has seen nothing; embeddings are compared if the task is. */
  public static AgreementScorer of(ModelOutputs outputs, Scoring scoring) {
    return new AgreementScorer(
        outputs.predictions(),
        scoring.task().comparesEmbeddings()
            ? Optional.of(new NeighbourScorer(Embeddings.Source.of(scoring, outputs)))
            : Optional.empty());
  }

  /** Adds a batch: all outputs of the float model and of the quantized model for it. */
  public void accept(Batch batch, Map<String, Tensor> reference, Map<String, Tensor> quantized) {
    ValidRows valid = new ValidRows(batch);
    neighbours.ifPresent(n -> n.accept(batch, reference, quantized));
    for (Map.Entry<String, Tensor> output : reference.entrySet()) {
      if (output.getValue().type().isFloat()) {
        Tensor test = Predictions.output(output.getKey(), batch, quantized);
        Tensor expected = batch.withoutCopies(output.getValue());
        requireSameShape(output.getKey(), expected, test);
        compare(output.getKey(), expected, test, valid);
      }
    }
  }

  private void compare(String name, Tensor reference, Tensor test, ValidRows valid) {
    Pair pair =
        pairs.computeIfAbsent(name, n -> new Pair(Sqnr.create(), CosineSimilarity.create()));
    float[] expected = Elements.toFloats(reference);
    float[] actual = Elements.toFloats(test);
    if (!valid.isPerSample(reference)) {
      add(name, pair, expected, actual, reference);
      return;
    }
    for (int s = 0; s < reference.dim(0); s++) {
      add(
          name,
          pair,
          valid.sample(reference, expected, s),
          valid.sample(test, actual, s),
          reference);
    }
  }

  private void add(String name, Pair pair, float[] expected, float[] actual, Tensor reference) {
    if (expected.length == 0) {
      return;
    }
    pair.sqnr().accept(expected, actual);
    pair.cosine().accept(expected, actual);
    if (name.equals(primary) && reference.rank() > 1) {
      int classes = (int) reference.dim(-1);
      for (int from = 0; from < expected.length; from += classes) {
        divergence.accept(expected, actual, from, classes);
        agreement.accept(expected, actual, from, classes);
      }
    }
  }

  private static void requireSameShape(String name, Tensor reference, Tensor test) {
    if (!Arrays.equals(reference.shape(), test.shape())) {
      throw DataException.doing("comparing output " + name)
          .expected(reference.toString())
          .found(test.toString())
          .fix("Compare two models that differ in quantization only.");
    }
  }

  /**
   * The scores so far: of the neighbourhoods where embeddings are compared, four for the
   * predictions, then two for each other output.
   */
  public List<MetricScore> scores() {
    List<MetricScore> scores = new ArrayList<>();
    neighbours.ifPresent(n -> scores.add(n.score()));
    pairs.forEach(
        (name, pair) -> {
          String suffix = name.equals(primary) ? "" : ":" + name;
          scores.add(
              MetricScore.named(
                  AgreementMetrics.SQNR.id() + suffix,
                  AgreementMetrics.SQNR,
                  pair.sqnr().value(),
                  Interval.UNKNOWN));
          scores.add(
              MetricScore.named(
                  AgreementMetrics.COSINE_SIMILARITY.id() + suffix,
                  AgreementMetrics.COSINE_SIMILARITY,
                  pair.cosine().value(),
                  Interval.UNKNOWN));
          if (name.equals(primary)) {
            scores.add(
                MetricScore.of(
                    AgreementMetrics.KL_DIVERGENCE, divergence.value(), Interval.UNKNOWN));
            scores.add(
                MetricScore.of(
                    AgreementMetrics.TOP1_AGREEMENT, agreement.value(), agreement.interval()));
          }
        });
    return List.copyOf(scores);
  }

  /** Sentences for outputs that are not finite where the reference's are, and have no SQNR. */
  public List<String> faults(String model) {
    List<String> faults = new ArrayList<>();
    pairs.forEach(
        (name, pair) -> {
          Sqnr sqnr = pair.sqnr();
          if (sqnr.broken() > 0) {
            faults.add(
                String.format(
                        Locale.ROOT,
                        "Output %s of the %s model is NaN or infinite in %d of %d values that are finite",
                        name,
                        model,
                        sqnr.broken(),
                        sqnr.broken() + sqnr.elements())
                    + " in the float model's: it has no SQNR.");
          }
        });
    return faults;
  }
}

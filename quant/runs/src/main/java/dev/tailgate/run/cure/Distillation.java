package dev.tailgate.run.cure;

import dev.tailgate.data.DataSource;
import dev.tailgate.data.LabelForm;
import dev.tailgate.data.Pooling;
import dev.tailgate.data.Scoring;
import dev.tailgate.data.Task;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.onnx.role.TapPreset;
import dev.tailgate.onnx.role.TapRole;
import dev.tailgate.train.loss.CrossEntropy;
import dev.tailgate.train.loss.Embedding;
import dev.tailgate.train.loss.EmbeddingDistance;
import dev.tailgate.train.loss.HiddenError;
import dev.tailgate.train.loss.LogitDivergence;
import dev.tailgate.train.loss.Loss;
import dev.tailgate.train.loss.MeanError;
import dev.tailgate.train.loss.OutlierPenalty;
import dev.tailgate.train.loss.TokenMask;
import dev.tailgate.train.loss.WeightedLoss;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The losses by which a rewritten model learns to do what the original does. Names of values are
 * those of the original, which a rewrite keeps.
 *
 * <ul>
 *   <li>Models of vectors: {@code 1 - cos} of the pooled vectors, and the squared error of the
 *       output they are pooled from.
 *   <li>Models with logits: the Kullback-Leibler divergence from the original's distribution.
 *   <li>Anything else: the squared error of the predictions.
 * </ul>
 *
 * <p>Squared errors are divided by the mean square of the original's value on a few batches, so
 * that each is a share of its size and factors mean the same for every model.
 *
 * @param losses the terms
 * @param labels whether labels take part
 */
record Distillation(List<WeightedLoss> losses, boolean labels) {
  /** Copies the list. */
  Distillation {
    losses = List.copyOf(losses);
  }

  static Distillation of(
      OnnxModel teacher,
      OnnxModel student,
      DataSource data,
      Objective objective,
      String taps,
      RunnerOptions options) {
    return new Terms(teacher, student, data, objective, options).all(taps);
  }

  /** Terms in the making. */
  private static final class Terms {
    private final OnnxModel teacher;
    private final OnnxModel student;
    private final DataSource data;
    private final Scoring scoring;
    private final ModelOutputs outputs;
    private final Objective objective;
    private final RunnerOptions options;
    private final Optional<String> mask;
    private final List<WeightedLoss> losses = new ArrayList<>();
    private final List<Squared> squared = new ArrayList<>();

    /** A squared error whose size is not known yet. */
    private record Squared(String name, String value, Optional<String> mask, double factor) {}

    Terms(
        OnnxModel teacher,
        OnnxModel student,
        DataSource data,
        Objective objective,
        RunnerOptions options) {
      this.teacher = teacher;
      this.student = student;
      this.data = data;
      this.scoring = data.scoring();
      this.outputs = ModelOutputs.of(teacher.graph());
      this.objective = objective;
      this.options = options;
      this.mask = TokenMask.of(student);
    }

    Distillation all(String taps) {
      outputs();
      hidden();
      addSquared();
      boolean labels = task();
      penalties(taps);
      return new Distillation(losses, labels);
    }

    private void outputs() {
      switch (scoring.task()) {
        case SIMILARITY, NEIGHBOURS -> vectors();
        case CAUSAL_LM, MASKED_LM, SEQ2SEQ, TOKEN_CLASSIFICATION ->
            logits(outputs.predictions(), data.task() == Task.SEQ2SEQ ? Optional.empty() : mask);
        case CLASSIFICATION -> logits(outputs.predictions(), Optional.empty());
        case SPAN -> {
          logits(outputs.spanStart().orElse(outputs.predictions()), Optional.empty());
          outputs.spanEnd().ifPresent(end -> logits(end, Optional.empty()));
        }
        case REGRESSION, AGREEMENT ->
            squared.add(
                new Squared("output", outputs.predictions(), masked(outputs.predictions()), 1));
      }
    }

    private void vectors() {
      String output = scoring.embedding(outputs);
      Pooling pooling = scoring.used();
      if (pooling == Pooling.MEAN || pooling == Pooling.CLS) {
        losses.add(
            new WeightedLoss(
                "embedding",
                new EmbeddingDistance(output, output, new Embedding(pooling, masked(output))),
                1));
      }
      squared.add(new Squared("output", output, masked(output), 1));
    }

    private void logits(String output, Optional<String> counted) {
      losses.add(
          new WeightedLoss(
              losses.isEmpty() ? "logits" : "logits of " + output,
              new LogitDivergence(output, output, objective.temperature(), counted),
              1));
    }

    /** The mask of an output with an entry for each token. */
    private Optional<String> masked(String output) {
      return TokenMask.ofOutput(teacher, output);
    }

    private void hidden() {
      List<Tap> blocks = ModelMap.of(teacher).taps().withRole(TapRole.BLOCK_OUT);
      if (objective.hidden() > 0 && !blocks.isEmpty()) {
        for (Tap block : blocks) {
          squared.add(
              new Squared(
                  "hidden " + block.layer(),
                  block.tensor(),
                  mask,
                  objective.hidden() / blocks.size()));
        }
      }
    }

    private void addSquared() {
      Set<String> values = new LinkedHashSet<>();
      squared.forEach(term -> values.add(term.value()));
      Map<String, Double> sizes = MeanSquares.of(teacher, values, data, options);
      for (Squared term : squared) {
        losses.add(
            new WeightedLoss(
                term.name(),
                new HiddenError(term.value(), term.value(), term.mask()),
                term.factor() / Objects.requireNonNull(sizes.get(term.value()))));
      }
    }

    /** Labels of pairs and spans make no loss here; own tokens are no labels. */
    private boolean task() {
      LabelForm form = data.task().form();
      boolean hasLabels = objective.task() > 0 && data.batches().next().labels().isPresent();
      Optional<Loss> loss =
          switch (form) {
            case CLASS, TOKENS -> Optional.of(new CrossEntropy(outputs.predictions(), 0));
            case NUMBERS ->
                Optional.of(
                    new MeanError(
                        outputs.predictions(),
                        "labels",
                        MeanError.Power.SQUARED,
                        Optional.empty()));
            case OWN_TOKENS, SPAN, PAIR_SCORE, NONE -> Optional.empty();
          };
      if (!hasLabels || loss.isEmpty()) {
        return false;
      }
      losses.add(new WeightedLoss("task", loss.get(), objective.task()));
      return true;
    }

    private void penalties(String taps) {
      List<Objective.Penalty> penalties =
          objective.penalties().stream().filter(penalty -> penalty.factor() > 0).toList();
      if (penalties.isEmpty()) {
        return;
      }
      ModelMap map = ModelMap.of(student);
      TapMap all = map.taps();
      TapPreset preset =
          taps.equals("auto") ? TapPreset.auto(map.flow(), all) : TapPreset.parse(taps);
      List<Tap> chosen =
          (preset.matches(all) ? preset : TapPreset.BLOCKS)
              .select(all).stream().filter(tap -> tap.role() != TapRole.HEAD_OUT).toList();
      for (Objective.Penalty penalty : penalties) {
        for (Tap tap : chosen) {
          losses.add(
              new WeightedLoss(
                  penalty.name() + " of " + tap.tensor(),
                  new OutlierPenalty(tap.tensor(), penalty.measure(), mask),
                  penalty.factor() / chosen.size()));
        }
      }
    }
  }
}

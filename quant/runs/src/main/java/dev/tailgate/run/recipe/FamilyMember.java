package dev.tailgate.run.recipe;

import dev.tailgate.data.generated.GeneratedSource;
import dev.tailgate.data.generated.GeneratedSource.Use;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.SiteSelection;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.train.graph.TrainingPlan;
import dev.tailgate.train.loop.LoopPlan;
import dev.tailgate.train.loop.Trained;
import dev.tailgate.train.loop.Training;
import dev.tailgate.train.loop.TrainingLoop;
import dev.tailgate.train.loss.CrossEntropy;
import dev.tailgate.train.loss.DistributionError;
import dev.tailgate.train.loss.Loss;
import dev.tailgate.train.loss.MeanError;
import dev.tailgate.train.loss.WeightedLoss;
import dev.tailgate.train.optimiser.AdamW;
import dev.tailgate.train.optimiser.Schedule;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One model of a family. All methods of one seed begin with the same weights, but for those of
 * gates, and see the same batches.
 */
record FamilyMember(Recipe recipe, Method method, int seed) {
  /** Batches of an epoch; each draws samples of its own. */
  private static final int EPOCH = 1000;

  private static final String LABELS = "labels";

  /** The name of its file. */
  String file() {
    return name() + ".onnx";
  }

  /** {@code method-seed}. */
  String name() {
    return method.label() + "-" + seed;
  }

  /**
   * The model before training. It is not said to be rewritten, which is for methods that a finished
   * model gets: this one is trained with its own from the beginning.
   */
  OnnxModel untrained() {
    OnnxModel vanilla = recipe.architecture().build(seed);
    return method == Method.VANILLA
        ? vanilla
        : AttentionRewriter.rewrite(
                vanilla,
                method.spec(Objects.requireNonNull(recipe.methods().get(method)), seed),
                SiteSelection.ALL)
            .model()
            .withMetadata(AttentionRewriter.METHOD, Optional.empty());
  }

  /** Trains it to the last step, with one thread. */
  Trained train(RunnerOptions options, RunProgress progress) {
    Recipe.Steps steps = recipe.training();
    OnnxModel model = untrained();
    GeneratedSource data =
        new GeneratedSource(
            recipe.generator(),
            Use.TRAINING,
            seed,
            steps.batch() * (int) Math.min(steps.steps(), EPOCH),
            steps.batch());
    Schedule schedule =
        new Schedule(steps.schedule(), steps.rate(), steps.warmup(), steps.steps(), 0);
    TrainingPlan plan =
        new TrainingPlan(
            List.of(new WeightedLoss("loss", loss(model), 1)),
            new AdamW(steps.beta1(), steps.beta2(), AdamW.DEFAULT.epsilon()),
            List.of(TrainingPlan.WITHOUT_DECAY),
            steps.decay(),
            steps.clip() > 0 ? OptionalDouble.of(steps.clip()) : OptionalDouble.empty(),
            1,
            OptionalDouble.empty());
    LoopPlan loop = new LoopPlan(schedule, steps.batch(), seed, steps.steps(), 0, 0);
    return TrainingLoop.run(
        new Training(
            model,
            Optional.empty(),
            data,
            Optional.empty(),
            plan,
            loop,
            new RunnerOptions(options.provider(), 1, options.optimization()),
            Optional.empty()),
        progress);
  }

  private Loss loss(OnnxModel model) {
    String output = ModelOutputs.of(model.graph()).predictions();
    boolean isDistribution =
        new GeneratedSource(recipe.generator(), Use.TRAINING, 0, 1, 1)
            .example(0)
            .target()
            .isPresent();
    return switch (recipe.generator().task().form()) {
      case CLASS, TOKENS, OWN_TOKENS ->
          isDistribution ? new DistributionError(output, LABELS) : new CrossEntropy(output, 0);
      case NUMBERS -> new MeanError(output, LABELS, MeanError.Power.SQUARED, Optional.empty());
      case NONE, SPAN, PAIR_SCORE ->
          throw new IllegalStateException("No data is made for " + recipe.generator().task());
    };
  }
}

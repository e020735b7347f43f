package dev.tailgate.cli.command;

import dev.tailgate.quant.placement.Selector;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.run.train.LossKind;
import dev.tailgate.run.train.TrainRequest;
import dev.tailgate.train.optimiser.AdamW;
import dev.tailgate.train.optimiser.Muon;
import dev.tailgate.train.optimiser.Optimiser;
import dev.tailgate.train.optimiser.Schedule;
import dev.tailgate.train.optimiser.Sgd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a model is trained. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class TrainingOptions {
  private static final double MOMENTUM = 0.9;

  @Option(
      names = "--loss",
      split = ",",
      paramLabel = "LOSS",
      converter = Choice.Losses.class,
      completionCandidates = Choice.Losses.class,
      description = {
        "What is made small, a sum of: ${COMPLETION-CANDIDATES}. Default: teacher where there is one,"
            + " and what the labels of the data ask for; of a decoder without a teacher the next token."
      })
  private List<String> losses = List.of();

  @Option(
      names = "--teacher",
      paramLabel = "FILE",
      description =
          "A model with the inputs and outputs of MODEL, whose outputs are to be met; no labels are needed"
              + " then.")
  private Optional<Path> teacher;

  @Mixin private QatOption qat;

  @Mixin private StepOptions steps;

  @Option(
      names = "--epochs",
      paramLabel = "E",
      defaultValue = "3",
      description = "Passes over the data. Default: ${DEFAULT-VALUE}.")
  private double epochs;

  @Option(
      names = "--schedule",
      paramLabel = "SHAPE",
      defaultValue = "cosine",
      converter = Choice.Schedules.class,
      completionCandidates = Choice.Schedules.class,
      description =
          "The learning rate after the warm-up: ${COMPLETION-CANDIDATES}, the last two down to 0."
              + " Default: ${DEFAULT-VALUE}.")
  private String schedule;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      defaultValue = Choice.Optimizers.ADAMW,
      converter = Choice.Optimizers.class,
      completionCandidates = Choice.Optimizers.class,
      description =
          "How weights follow gradients: ${COMPLETION-CANDIDATES}; the last two want a larger --lr."
              + " Default: ${DEFAULT-VALUE}.")
  private String optimizer;

  @Option(
      names = "--weight-decay",
      paramLabel = "X",
      defaultValue = "0.01",
      description = "Decay of weights that are no norms and biases. Default: ${DEFAULT-VALUE}.")
  private double decay;

  @Option(
      names = "--clip-norm",
      paramLabel = "X",
      defaultValue = "1",
      description =
          "Largest norm of all gradients together, to which longer ones are shortened; 0 for none."
              + " Default: ${DEFAULT-VALUE}.")
  private double clip;

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      defaultValue = "1",
      converter = Bounded.Count.class,
      description =
          "Batches whose gradients make one update, for updates of more than fit at once. Default:"
              + " ${DEFAULT-VALUE}.")
  private int accumulate;

  @Option(
      names = "--ema",
      paramLabel = "X",
      description =
          "Keep a moving average of the weights with this decay, such as 0.999, and write that.")
  private Optional<Double> average;

  @Option(
      names = "--freeze",
      paramLabel = "SELECTOR",
      description = {
        "Weights that stay as they are: role:embedding, role:norm, role:bias, role:matrix,"
            + " name:*.attn.*, op:Gather or a /regex/ over names; may be repeated."
      })
  private List<String> frozen = new ArrayList<>();

  @Option(
      names = "--train",
      paramLabel = "SELECTOR",
      description = {
        "Weights that are trained, and no others; may be repeated. They have --weight-decay, whatever"
            + " they are."
      })
  private List<String> trained = new ArrayList<>();

  @Option(
      names = "--eval-every",
      paramLabel = "N",
      converter = Bounded.Count.class,
      description =
          "Steps between scores on held-out samples. The weights with the best score are written."
              + " Default: a tenth of all.")
  private Optional<Integer> evaluateEvery;

  @Option(
      names = "--patience",
      paramLabel = "N",
      defaultValue = "0",
      converter = Bounded.CountOrZero.class,
      description =
          "Scores in a row without a better one after which training ends early; 0 for never."
              + " Default: ${DEFAULT-VALUE}.")
  private int patience;

  @Mixin private CheckpointOptions checkpoints;

  @Option(
      names = "--resume",
      description = {
        "Go on from the checkpoint, bit for bit as if it had not stopped, or begin where there is"
            + " none."
      })
  private boolean resume;

  private Optimiser optimiser() {
    return switch (optimizer) {
      case Choice.Optimizers.SGD -> new Sgd(MOMENTUM, false);
      case Choice.Optimizers.MUON -> Muon.DEFAULT;
      default -> AdamW.DEFAULT;
    };
  }

  /** {@code request} trained as the options say. */
  TrainRequest in(TrainRequest request) {
    TrainRequest asked =
        request
            .with(losses.stream().map(LossKind::parse).toList())
            .with(
                new TrainRequest.Update(
                    optimiser(),
                    decay,
                    clip == 0 ? OptionalDouble.empty() : OptionalDouble.of(clip),
                    accumulate,
                    average.stream().mapToDouble(Double::doubleValue).findFirst(),
                    frozen.stream().map(Selector::parse).toList(),
                    trained.stream().map(Selector::parse).toList()))
            .with(
                new TrainRequest.Course(
                    steps.steps(),
                    epochs,
                    steps.rate().orElse(TrainRequest.Course.DEFAULT.rate()),
                    Schedule.Shape.valueOf(schedule.toUpperCase(Locale.ROOT)),
                    steps.warmUp(),
                    evaluateEvery.stream().mapToLong(Integer::longValue).findFirst(),
                    patience))
            .with(new TrainRequest.Checkpointing(checkpoints.every(), resume));
    TrainRequest through =
        qat.scheme()
            .map(scheme -> asked.through(QuantizationSettings.DEPLOYED.with(scheme)))
            .orElse(asked);
    return teacher.map(through::withTeacher).orElse(through);
  }
}

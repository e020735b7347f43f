package dev.tailgate.run.train;

import dev.tailgate.data.Amount;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.quant.placement.Selector;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.scheme.QuantScheme;
import dev.tailgate.run.quantize.BesideOut;
import dev.tailgate.train.graph.ParameterGroup;
import dev.tailgate.train.optimiser.AdamW;
import dev.tailgate.train.optimiser.Optimiser;
import dev.tailgate.train.optimiser.Schedule;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * What to train and how. Begin with {@link #of}, and change what should be different.
 *
 * @param model the ONNX file
 * @param out the file to write
 * @param samples data to train on
 * @param heldOut data to score on; empty keeps every tenth sample of the other
 * @param teacher a model with the same inputs and outputs, whose outputs are to be met
 * @param losses what is made small, all with the factor 1; empty takes what the data asks for
 * @param quantizers what values are rounded to while training, and in the deployable model that is
 *     written then; empty trains in floats
 * @param update how one step changes weights
 * @param course how many steps there are, and what happens on the way
 * @param checkpoints whether checkpoints are written beside {@code out}, and gone on from
 * @param options where and how models run
 * @param report the folder for {@code train.json}; empty for none
 */
public record TrainRequest(
    Path model,
    Path out,
    Samples samples,
    Optional<DataSpec> heldOut,
    Optional<Path> teacher,
    List<LossKind> losses,
    Optional<QuantizationSettings> quantizers,
    Update update,
    Course course,
    Checkpointing checkpoints,
    RunnerOptions options,
    Optional<Path> report) {
  /** Copies the list. */
  public TrainRequest {
    losses = List.copyOf(losses);
  }

  /** The defaults of {@code tailgate train MODEL -o OUT}, still without data. */
  public static TrainRequest of(Path model, Path out) {
    return new TrainRequest(
        model,
        out,
        Samples.DEFAULT.with(Amount.of(Integer.MAX_VALUE)),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Update.DEFAULT,
        Course.DEFAULT,
        Checkpointing.DEFAULT,
        RunnerOptions.DEFAULT,
        Optional.empty());
  }

  /**
   * How one step changes weights.
   *
   * @param decay weight decay, but of norms and biases
   * @param clip the largest norm of all gradients together
   * @param accumulation batches whose gradients are averaged for one update
   * @param average decay of a moving average of weights, which is what is taken then
   * @param frozen weights that stay as they are
   * @param trained weights that are trained, and no others; empty trains all that are not frozen
   */
  public record Update(
      Optimiser optimiser,
      double decay,
      OptionalDouble clip,
      int accumulation,
      OptionalDouble average,
      List<Selector> frozen,
      List<Selector> trained) {
    /** AdamW with a decay of 0.01, gradients up to norm 1, all weights. */
    public static final Update DEFAULT =
        new Update(
            AdamW.DEFAULT,
            0.01,
            OptionalDouble.of(1),
            1,
            OptionalDouble.empty(),
            List.of(),
            List.of());

    /** Copies the lists, and refuses selectors that choose no weights. */
    public Update {
      frozen = List.copyOf(frozen);
      trained = List.copyOf(trained);
      ParameterGroup.requireOfWeights(frozen);
      ParameterGroup.requireOfWeights(trained);
    }
  }

  /**
   * How many steps there are, and what happens on the way.
   *
   * @param steps updates; empty follows from the epochs
   * @param epochs passes over the data where steps are not given
   * @param rate the largest learning rate
   * @param warmUp steps that lead up to it; empty for a tenth
   * @param evaluateEvery steps between scores; empty scores every tenth of the way
   * @param patience scores without a better one before the training ends early; 0 for never
   */
  public record Course(
      OptionalLong steps,
      double epochs,
      double rate,
      Schedule.Shape shape,
      OptionalLong warmUp,
      OptionalLong evaluateEvery,
      int patience) {
    /** Three epochs, up to 5e-5 over the first tenth and down along a cosine. */
    public static final Course DEFAULT =
        new Course(
            OptionalLong.empty(),
            3,
            5e-5,
            Schedule.Shape.COSINE,
            OptionalLong.empty(),
            OptionalLong.empty(),
            0);

    /** Refuses numbers outside their ranges. */
    public Course {
      if (!(epochs > 0 && epochs < 1e9) || !(rate > 0)) {
        throw new IllegalArgumentException(
            "expected more than 0 epochs and a rate above 0, found " + epochs + " and " + rate);
      }
    }
  }

  /**
   * Checkpoints beside the file to write, in the folder {@code OUT.checkpoint}.
   *
   * @param every steps between two; 0 writes one at an interrupt only
   * @param resume whether the training goes on from the one that is there
   */
  public record Checkpointing(long every, boolean resume) {
    /** One every 100 steps; one that is there already is refused. */
    public static final Checkpointing DEFAULT = new Checkpointing(100, false);
  }

  /** The folder of checkpoints. */
  public Path checkpointFolder() {
    return BesideOut.checkpoints(out);
  }

  /** The grids of a training through quantizers, {@code NAME.encodings.json}. */
  public Path encodingsFile() {
    return BesideOut.encodings(out);
  }

  /** The deployable model of a training through quantizers, {@code NAME.quantized.onnx}. */
  public Path quantizedFile() {
    return BesideOut.quantized(out);
  }

  /** The same on the samples in a file or folder. */
  public TrainRequest withData(Path files) {
    return with(samples.withData(DataSpec.of(files)));
  }

  /** The same on samples asked for in all detail. */
  public TrainRequest with(Samples others) {
    return edited(draft -> draft.samples = others);
  }

  /** The same scored on other data. */
  public TrainRequest withHeldOut(DataSpec data) {
    return edited(draft -> draft.heldOut = Optional.of(data));
  }

  /** The same by a teacher. */
  public TrainRequest withTeacher(Path file) {
    return edited(draft -> draft.teacher = Optional.of(file));
  }

  /** The same for other losses. */
  public TrainRequest with(List<LossKind> kinds) {
    return edited(draft -> draft.losses = kinds);
  }

  /** The same through quantizers. */
  public TrainRequest through(QuantizationSettings settings) {
    return edited(draft -> draft.quantizers = Optional.of(settings));
  }

  /** The same through quantizers of a scheme, placed as {@code quantize} places them. */
  public TrainRequest throughScheme(String scheme) {
    return through(QuantizationSettings.DEPLOYED.with(QuantScheme.parse(scheme)));
  }

  /** The same with other updates. */
  public TrainRequest with(Update other) {
    return edited(draft -> draft.update = other);
  }

  /** The same for another time. */
  public TrainRequest with(Course other) {
    return edited(draft -> draft.course = other);
  }

  /** The same with other checkpoints. */
  public TrainRequest with(Checkpointing other) {
    return edited(draft -> draft.checkpoints = other);
  }

  /** The same on another device or with other threads. */
  public TrainRequest with(RunnerOptions where) {
    return edited(draft -> draft.options = where);
  }

  /** The same with {@code train.json} in {@code folder}. */
  public TrainRequest reporting(Path folder) {
    return edited(draft -> draft.report = Optional.of(folder));
  }

  private TrainRequest edited(Consumer<Draft> edit) {
    Draft draft = new Draft(this);
    edit.accept(draft);
    return draft.request();
  }

  /** A copy that is being changed. */
  private static final class Draft {
    private final Path model;
    private final Path out;
    private Samples samples;
    private Optional<DataSpec> heldOut;
    private Optional<Path> teacher;
    private List<LossKind> losses;
    private Optional<QuantizationSettings> quantizers;
    private Update update;
    private Course course;
    private Checkpointing checkpoints;
    private RunnerOptions options;
    private Optional<Path> report;

    Draft(TrainRequest from) {
      model = from.model;
      out = from.out;
      samples = from.samples;
      heldOut = from.heldOut;
      teacher = from.teacher;
      losses = from.losses;
      quantizers = from.quantizers;
      update = from.update;
      course = from.course;
      checkpoints = from.checkpoints;
      options = from.options;
      report = from.report;
    }

    TrainRequest request() {
      return new TrainRequest(
          model,
          out,
          samples,
          heldOut,
          teacher,
          losses,
          quantizers,
          update,
          course,
          checkpoints,
          options,
          report);
    }
  }
}

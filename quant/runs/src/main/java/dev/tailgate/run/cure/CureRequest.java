package dev.tailgate.run.cure;

import dev.tailgate.data.DataSpec;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.SiteSelection;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.scheme.QuantScheme;
import dev.tailgate.quant.site.ShiftCalibration;
import dev.tailgate.run.quantize.BesideOut;
import dev.tailgate.train.loop.LoopPlan;
import dev.tailgate.train.loop.Training;
import dev.tailgate.train.optimiser.Schedule;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * What to cure and how. Begin with {@link #of}, and change what should be different.
 *
 * @param model the ONNX file
 * @param out the file to write
 * @param spec what attention becomes; sinks and gates from files take the place of its own
 * @param selection of which sites
 * @param sinks trained sinks to start from
 * @param gates trained gates to start from
 * @param mass share of attention that fitted sinks take where training starts; empty fits none
 * @param samples data to train on; of the proof as many as its amount says
 * @param heldOut data for the proof; empty keeps a part of the other
 * @param taps preset of the activations that are looked at for outliers
 * @param settings how all stages are quantized in simulation
 * @param qat the scheme of quantizers that it is trained through, placed as in the audits; empty
 *     trains in floats
 * @param objective what is made small beside the distance from the original
 * @param loop how many steps there are, and at which rate
 * @param checkpoints where training can be gone on from; empty for nowhere
 * @param options where and how models run
 * @param report the folder for {@code cure.json} and the page; empty for none
 */
public record CureRequest(
    Path model,
    Path out,
    MethodSpec spec,
    SiteSelection selection,
    Optional<Path> sinks,
    Optional<Path> gates,
    OptionalDouble mass,
    Samples samples,
    Optional<DataSpec> heldOut,
    String taps,
    QuantizationSettings settings,
    Optional<QuantScheme> qat,
    Objective objective,
    LoopPlan loop,
    Optional<Training.Checkpoints> checkpoints,
    RunnerOptions options,
    Optional<Path> report) {
  /** Five hundred steps of 16 rows: what papers of continued training needed, not epochs. */
  private static final long STEPS = 500;

  private static final double RATE = 5e-4;

  /** The defaults of {@code tailgate cure MODEL --method M -o OUT}, still without data. */
  public static CureRequest of(Path model, Path out, Method method) {
    return new CureRequest(
        model,
        out,
        MethodSpec.of(method),
        SiteSelection.ALL,
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.of(ShiftCalibration.DEFAULT_TARGET),
        Samples.DEFAULT,
        Optional.empty(),
        "auto",
        QuantizationSettings.PAPERS,
        Optional.empty(),
        Objective.DEFAULT,
        LoopPlan.of(schedule(OptionalLong.empty(), OptionalDouble.empty(), OptionalLong.empty())),
        Optional.empty(),
        RunnerOptions.DEFAULT,
        Optional.empty());
  }

  /** The learning rate of a cure, with what is given in the place of its defaults. */
  public static Schedule schedule(OptionalLong steps, OptionalDouble rate, OptionalLong warmUp) {
    long all = steps.orElse(STEPS);
    return new Schedule(Schedule.Shape.LINEAR, rate.orElse(RATE), warmUp.orElse(all / 10), all, 0);
  }

  /** The same with {@code cure.json} and the page in {@code folder}. */
  public CureRequest reporting(Path folder) {
    return edited(draft -> draft.report = Optional.of(folder));
  }

  /** The same trained on the samples in a file or folder. */
  public CureRequest withData(Path files) {
    return with(samples.withData(DataSpec.of(files)));
  }

  /** The same with a proof on other data, which training never sees. */
  public CureRequest withHeldOut(Path files) {
    return edited(draft -> draft.heldOut = Optional.of(DataSpec.of(files)));
  }

  /** The same on samples asked for in all detail. */
  public CureRequest with(Samples others) {
    return edited(draft -> draft.samples = others);
  }

  /** The same with a method in all detail. */
  public CureRequest with(MethodSpec other) {
    return edited(draft -> draft.spec = other);
  }

  /** The same at some sites only. */
  public CureRequest with(SiteSelection other) {
    return edited(draft -> draft.selection = other);
  }

  /** The same from sinks that take {@code share} of the attention; empty starts from logits 0. */
  public CureRequest startingAt(OptionalDouble share) {
    return edited(draft -> draft.mass = share);
  }

  /** The same quantized otherwise. */
  public CureRequest with(QuantizationSettings other) {
    return edited(draft -> draft.settings = other);
  }

  /** The same quantized in another scheme, {@code w4a8} or as {@code --scheme} takes it. */
  public CureRequest withScheme(String scheme) {
    return with(settings.with(QuantScheme.parse(scheme)));
  }

  /** The same trained through quantizers of a scheme, placed as in the audits. */
  public CureRequest throughScheme(String scheme) {
    return edited(draft -> draft.qat = Optional.of(QuantScheme.parse(scheme)));
  }

  /** The settings of the quantizers that it is trained through. */
  public Optional<QuantizationSettings> quantizers() {
    return qat.map(settings::with);
  }

  /** The same with other losses beside the distance from the original. */
  public CureRequest with(Objective other) {
    return edited(draft -> draft.objective = other);
  }

  /** The same with other steps and another rate. */
  public CureRequest with(LoopPlan other) {
    return edited(draft -> draft.loop = other);
  }

  /**
   * The same with checkpoints of its training in the folder {@code OUT.checkpoint}, as often as the
   * loop says.
   *
   * @param resume whether it goes on from the one that is there
   */
  public CureRequest withCheckpoints(boolean resume) {
    Path folder = BesideOut.checkpoints(out);
    return edited(
        draft -> draft.checkpoints = Optional.of(new Training.Checkpoints(folder, resume)));
  }

  /** The same on another device or with other threads. */
  public CureRequest with(RunnerOptions where) {
    return edited(draft -> draft.options = where);
  }

  private CureRequest edited(Consumer<Draft> edit) {
    Draft draft = new Draft(this);
    edit.accept(draft);
    return draft.request();
  }

  /** A copy that is being changed. */
  private static final class Draft {
    private final CureRequest from;
    private MethodSpec spec;
    private SiteSelection selection;
    private OptionalDouble mass;
    private Samples samples;
    private Optional<DataSpec> heldOut;
    private QuantizationSettings settings;
    private Optional<QuantScheme> qat;
    private Objective objective;
    private LoopPlan loop;
    private Optional<Training.Checkpoints> checkpoints;
    private RunnerOptions options;
    private Optional<Path> report;

    Draft(CureRequest from) {
      this.from = from;
      spec = from.spec;
      selection = from.selection;
      mass = from.mass;
      samples = from.samples;
      heldOut = from.heldOut;
      settings = from.settings;
      qat = from.qat;
      objective = from.objective;
      loop = from.loop;
      checkpoints = from.checkpoints;
      options = from.options;
      report = from.report;
    }

    CureRequest request() {
      return new CureRequest(
          from.model,
          from.out,
          spec,
          selection,
          from.sinks,
          from.gates,
          mass,
          samples,
          heldOut,
          from.taps,
          settings,
          qat,
          objective,
          loop,
          checkpoints,
          options,
          report);
    }
  }
}

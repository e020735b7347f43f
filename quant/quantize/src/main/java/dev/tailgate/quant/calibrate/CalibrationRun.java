package dev.tailgate.quant.calibrate;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.scheme.GridRule;
import dev.tailgate.stats.Range;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Goes over the data as often as it takes: once, unless memory is limited or samples become longer
 * than those in the first batch let expect.
 *
 * <p>With several passes, points are taken in graph order. Sequential calibration then quantizes
 * the points of earlier passes with their final ranges, and those of later passes not at all.
 */
final class CalibrationRun {
  /** The model, what to estimate in it, and the data to do it on. */
  record Work(
      ModelMap map,
      List<QuantPoint.Activation> points,
      Map<QuantPoint, Quantizer> weights,
      DataSource data,
      int batches) {
    OnnxModel model() {
      return map.model();
    }
  }

  private final CalibrationSettings settings;
  private final RunnerOptions options;
  private final Work work;
  private final LongConsumer progress;
  private final EstimatorNeeds needs;
  private final Optional<StateStore> store;
  private CalibrationState state = CalibrationState.BEGINNING;
  private long lastSave = System.nanoTime();

  CalibrationRun(
      CalibrationSettings settings, RunnerOptions options, Work work, LongConsumer progress) {
    this.settings = settings;
    this.options = options;
    this.work = work;
    this.progress = progress;
    this.needs = new EstimatorNeeds(settings.estimators());
    this.store =
        settings
            .state()
            .map(s -> new StateStore(s.file(), Fingerprint.of(work, settings, s.data(), options)));
  }

  CalibrationResult run() {
    if (work.points().isEmpty()) {
      return result();
    }
    if (settings.state().map(CalibrationSettings.StateFile::resume).orElse(false)) {
      state =
          store
              .flatMap(file -> file.load(saved -> saved.fits(work.points().size(), needs)))
              .orElse(state);
    }
    int before = 0;
    for (List<QuantPoint.Activation> points : passes()) {
      while (state.finished().size() < before + points.size()) {
        pass(points);
      }
      before += points.size();
    }
    store.ifPresent(StateStore::remove);
    return result();
  }

  private CalibrationResult result() {
    return state.result(settings.estimators(), work.points());
  }

  private List<List<QuantPoint.Activation>> passes() {
    if (settings.memoryLimit().isEmpty()) {
      return List.of(work.points());
    }
    // Checked before: there is a first batch, and so a largest.
    Batch first = first(work.data().batches());
    return PassPlan.split(
        work.model(),
        work.points(),
        needs,
        work.data().largest(),
        samples(first),
        settings.memoryLimit().getAsLong(),
        options);
  }

  private Batch first(Iterator<Batch> data) {
    if (!data.hasNext() || work.batches() < 1) {
      throw new CalibrationException(
          "Failed to calibrate: expected at least one batch, found none. Give more data.");
    }
    return data.next();
  }

  /** Number of samples to come, at most, when batches are no larger than the first. */
  private double samples(Batch first) {
    double most = (double) work.batches() * first.rows();
    return Math.max(first.rows(), Math.min((double) work.data().samples(), most));
  }

  /** One pass for {@code points}; they stay undone when it must begin again with longer tails. */
  private void pass(List<QuantPoint.Activation> points) {
    Iterator<Batch> data = work.data().batches();
    Batch batch = first(data);
    double samples = state.headroom() * work.data().growth() * samples(batch);
    Optional<CalibrationState.Pass> earlier = state.pass();
    if (earlier.isPresent() && earlier.get().points().size() != points.size()) {
      throw store.orElseThrow().damaged();
    }
    try (CalibrationSession session =
        new CalibrationSession(request(points), options, samples, earlier)) {
      if (earlier.isPresent()) {
        skip(data, session.batches() - 1);
      } else {
        accept(session, batch);
      }
      while (data.hasNext() && session.batches() < work.batches() && session.shortage().isEmpty()) {
        accept(session, data.next());
      }
      OptionalDouble shortage = session.shortage();
      state =
          shortage.isPresent()
              ? state.tooShort(shortage.getAsDouble())
              : state.ended(session.batches(), session.states(), work.points(), settings.scheme());
    }
    save();
  }

  private static void skip(Iterator<Batch> data, int batches) {
    for (int i = 0; i < batches; i++) {
      data.next();
    }
  }

  private void accept(CalibrationSession session, Batch batch) {
    session.accept(batch);
    long seconds = settings.state().map(CalibrationSettings.StateFile::seconds).orElse(0);
    boolean isTime = System.nanoTime() - lastSave >= TimeUnit.SECONDS.toNanos(seconds);
    if (store.isPresent() && isTime) {
      state = state.during(session.snapshot());
      save();
    }
    progress.accept(session.batches());
  }

  private void save() {
    store.ifPresent(file -> file.save(state));
    lastSave = System.nanoTime();
  }

  private PassRequest request(List<QuantPoint.Activation> points) {
    Map<QuantPoint, Quantizer> quantized = new LinkedHashMap<>(work.weights());
    if (settings.sequential()) {
      for (int i = 0; i < state.finished().size(); i++) {
        Range range = state.finished().get(i).ranges().get(0);
        GridRule.Grid grid = GridRule.grid(settings.scheme(), range);
        quantized.put(work.points().get(i), new Quantizer.Fixed(grid.perTensor()));
      }
    }
    return PassRequest.of(settings, work.map(), points, quantized, work.data().hasPadding());
  }
}

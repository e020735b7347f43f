package dev.tailgate.quant.calibrate;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.scheme.GridRule;
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
  private final RunState state;
  private final Optional<StateStore> store;
  private boolean resumesPass;
  private long lastSave = System.nanoTime();

  CalibrationRun(
      CalibrationSettings settings, RunnerOptions options, Work work, LongConsumer progress) {
    this.settings = settings;
    this.options = options;
    this.work = work;
    this.progress = progress;
    this.state = new RunState(settings.estimators(), work.points());
    this.store =
        settings
            .state()
            .map(s -> new StateStore(s.file(), Fingerprint.of(work, settings, s.data(), options)));
  }

  CalibrationResult run() {
    if (work.points().isEmpty()) {
      return state.result();
    }
    if (settings.state().map(CalibrationSettings.StateFile::resume).orElse(false)) {
      store
          .orElseThrow()
          .load(
              (in, size) -> {
                state.read(in);
                resumesPass = in.readBoolean();
              });
    }
    int before = 0;
    for (List<QuantPoint.Activation> points : passes()) {
      while (state.finished().size() < before + points.size()) {
        pass(points);
      }
      before += points.size();
    }
    store.ifPresent(StateStore::remove);
    return state.result();
  }

  private List<List<QuantPoint.Activation>> passes() {
    if (settings.memoryLimit().isEmpty()) {
      return List.of(work.points());
    }
    Batch first = first(work.data().batches());
    return PassPlan.split(
        work.model(),
        work.points(),
        new EstimatorNeeds(settings.estimators()),
        first,
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
    double samples = state.headroom() * samples(batch);
    try (CalibrationSession session = new CalibrationSession(request(points), options, samples)) {
      if (resumesPass) {
        resumesPass = false;
        store
            .orElseThrow()
            .load(
                (in, size) -> {
                  state.read(in);
                  in.readBoolean();
                  session.read(in, size);
                });
        skip(data, session.batches() - 1);
      } else {
        accept(session, batch);
      }
      while (data.hasNext() && session.batches() < work.batches() && session.shortage().isEmpty()) {
        accept(session, data.next());
      }
      OptionalDouble shortage = session.shortage();
      if (shortage.isPresent()) {
        state.passFailed(shortage.getAsDouble());
      } else {
        state.finish(session.states(), settings.scheme());
        state.passEnded(session.batches());
      }
    }
    save(Optional.empty());
  }

  private static void skip(Iterator<Batch> data, int batches) {
    for (int i = 0; i < batches; i++) {
      data.next();
    }
  }

  private void accept(CalibrationSession session, Batch batch) {
    session.accept(batch);
    long seconds = settings.state().map(CalibrationSettings.StateFile::seconds).orElse(0);
    if (System.nanoTime() - lastSave >= TimeUnit.SECONDS.toNanos(seconds)) {
      save(Optional.of(session));
    }
    progress.accept(session.batches());
  }

  private void save(Optional<CalibrationSession> session) {
    store.ifPresent(
        s ->
            s.save(
                out -> {
                  state.write(out);
                  out.writeBoolean(session.isPresent());
                  if (session.isPresent()) {
                    session.get().write(out);
                  }
                }));
    lastSave = System.nanoTime();
  }

  private PassRequest request(List<QuantPoint.Activation> points) {
    Map<QuantPoint, Quantizer> quantized = new LinkedHashMap<>(work.weights());
    if (settings.sequential()) {
      for (RunState.Finished done : state.finished()) {
        GridRule.Grid grid = GridRule.grid(settings.scheme(), done.ranges().get(0));
        quantized.put(done.point(), new Quantizer.Fixed(grid.perTensor()));
      }
    }
    return PassRequest.of(settings, work.map(), points, quantized, work.data().hasPadding());
  }
}

package dev.tailgate.quant.calibrate;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.data.Batch;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Runs the model of a pass. A batch whose reductions hint at faults is run again with a model that
 * leaves them out, and that model stays in use: for the points concerned, so that masks cost only
 * where they are.
 */
final class PassRunner implements AutoCloseable {
  /** So often the model is changed for points at fault; then all points get the careful form. */
  private static final int CHANGES = 3;

  /** Hears the elements of a point, without padding. */
  interface Values {
    void accept(PassResults results, int point, Tensor values);
  }

  private final PassRequest request;
  private final RunnerOptions options;
  private final Set<Integer> careful = new TreeSet<>();
  private CalibrationPass.Graph pass;
  private ModelRunner runner;
  private int changes;

  /** Loads the model, which treats with care what an earlier run of the pass came to. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // the runner is closed by close()
  PassRunner(PassRequest request, RunnerOptions options, Optional<CalibrationState.Pass> earlier) {
    this.request = request;
    this.options = options;
    this.changes = earlier.map(CalibrationState.Pass::changes).orElse(0);
    earlier.ifPresent(e -> careful.addAll(e.careful()));
    this.pass = CalibrationPass.apply(request, careful);
    this.runner = ModelRunner.open(pass.model(), options);
  }

  /** Runs a batch until no point is suspected of faults that are not left out. */
  PassResults run(Map<String, Tensor> inputs, Batch batch) {
    return run(inputs, batch, Optional.empty());
  }

  /** The same, handing out the elements of the points where histograms are made of them. */
  PassResults run(Map<String, Tensor> inputs, Batch batch, Values values) {
    return run(inputs, batch, Optional.of(values));
  }

  private PassResults run(Map<String, Tensor> inputs, Batch batch, Optional<Values> values) {
    PassResults results = runOnce(inputs, batch, values);
    while (!results.suspects().isEmpty()) {
      beCareful(results.suspects());
      results = runOnce(inputs, batch, values);
    }
    return results;
  }

  private PassResults runOnce(Map<String, Tensor> inputs, Batch batch, Optional<Values> values) {
    Map<String, Tensor> small = new HashMap<>();
    Map<String, Integer> points = new HashMap<>();
    pass.values().forEach((point, name) -> points.put(name, point));
    // In this order they are handed out: what is good is known before the values come.
    Set<String> wanted = PassResults.names(pass);
    int smallOutputs = wanted.size();
    values.ifPresent(v -> wanted.addAll(pass.values().values()));
    List<PassResults> known = new ArrayList<>();
    runner.run(
        inputs,
        wanted,
        (name, tensor) -> {
          Integer point = points.get(name);
          if (point == null) {
            small.put(name, tensor);
            if (small.size() == smallOutputs) {
              known.add(new PassResults(request, pass, small, batch, careful));
            }
          } else if (known.get(0).suspects().isEmpty()) {
            values.ifPresent(v -> v.accept(known.get(0), point, tensor));
          }
        });
    return known.get(0);
  }

  private void beCareful(Set<Integer> suspects) {
    changes++;
    careful.addAll(suspects);
    for (int i = 0; changes > CHANGES && i < request.points().size(); i++) {
      careful.add(i);
    }
    reload();
  }

  @SuppressWarnings("MustBeClosed") // closed by close()
  private void reload() {
    runner.close();
    pass = CalibrationPass.apply(request, careful);
    runner = ModelRunner.open(pass.model(), options);
  }

  /** How often points came to be treated with care. */
  int changes() {
    return changes;
  }

  /** Positions of the points that are. */
  Set<Integer> careful() {
    return careful;
  }

  @Override
  public void close() {
    runner.close();
  }
}

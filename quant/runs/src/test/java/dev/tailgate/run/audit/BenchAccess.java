package dev.tailgate.run.audit;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.onnx.role.TapPreset;
import dev.tailgate.quant.measure.ShapeProbe;
import dev.tailgate.quant.measure.TapRun;
import java.util.List;
import java.util.Map;

/** Opens the stages of an audit one by one for benchmarks. */
public final class BenchAccess {
  private BenchAccess() {}

  @SuppressWarnings("MustBeClosedChecker") // open until the benchmark ends
  public static TapRun tapRun(
      OnnxModel model, TapMap taps, TapPreset preset, boolean perChannel, RunnerOptions options) {
    List<Tap> chosen = preset.select(taps);
    Map<String, ShapeProbe.Probed> shapes =
        ShapeProbe.on(any -> DataSources.open(any, DataRequest.synthetic(2, 2, 7, 0)), options)
            .probe(model, chosen.stream().map(Tap::tensor).toList());
    TapPlan plan = TapPlan.of(preset, chosen, shapes);
    return TapRun.open(model, plan.targets(), false, plan.rowIsToken(), options);
  }
}

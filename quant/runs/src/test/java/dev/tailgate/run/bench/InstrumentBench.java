package dev.tailgate.run.bench;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.tap.TapPass;
import dev.tailgate.onnx.tap.TapTarget;
import dev.tailgate.onnx.tap.TokenLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Time and heap to load a model, find its taps, instrument them all and hand the result to a
 * session as bytes. Run with {@code -Xmx256m}; the first round is cold.
 *
 * <p>Arguments: MODEL [rounds]
 */
public final class InstrumentBench {
  private InstrumentBench() {}

  public static void main(String[] args) {
    Path path = Path.of(args[0]);
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      OnnxModel model = OnnxModel.load(path);
      long loaded = System.nanoTime();
      List<TapTarget> targets = new ArrayList<>();
      for (Tap tap : ModelMap.of(model).taps().taps()) {
        targets.add(
            new TapTarget(tap.tensor(), ElementType.FLOAT, 3, new TokenLayout.Axis(1), true));
      }
      long found = System.nanoTime();
      OnnxModel instrumented = TapPass.apply(model, targets, false).model();
      byte[] bytes = instrumented.toSessionBytes();
      long done = System.nanoTime();
      Runtime runtime = Runtime.getRuntime();
      System.out.printf(
          Locale.ROOT,
          "load %d ms, find %d ms, instrument %d taps %d ms, session bytes %d kB, heap in use %d MB"
              + " of %d MB%n",
          (loaded - start) / 1_000_000,
          (found - loaded) / 1_000_000,
          targets.size(),
          (done - found) / 1_000_000,
          bytes.length / 1024,
          (runtime.totalMemory() - runtime.freeMemory()) >> 20,
          runtime.maxMemory() >> 20);
    }
  }
}

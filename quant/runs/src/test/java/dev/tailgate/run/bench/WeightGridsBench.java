package dev.tailgate.run.bench;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.quant.placement.PapersPlacement;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.quant.weights.WeightGrids;
import dev.tailgate.quant.weights.WeightRange;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Times the search for the grids of all weights of a model: arguments MODEL SCHEME... */
public final class WeightGridsBench {
  private static final int RUNS = 3;

  private WeightGridsBench() {}

  public static void main(String[] args) {
    OnnxModel model = OnnxModel.load(Path.of(args[0]));
    List<QuantPoint.Weight> weights = PapersPlacement.plan(ModelMap.of(model)).weights();
    long values =
        weights.stream()
            .mapToLong(w -> model.graph().constant(w.tensor()).orElseThrow().elementCount())
            .sum();
    System.out.printf(
        Locale.ROOT, "%d weights, %.1f million values%n", weights.size(), values / 1e6);
    for (int i = 1; i < args.length; i++) {
      TensorScheme scheme = TensorScheme.parse(args[i]);
      for (String range : List.of("minmax", "mse")) {
        for (int run = 0; run < RUNS; run++) {
          long start = System.nanoTime();
          int found =
              WeightGrids.of(model, weights, scheme, WeightRange.parse(range)).grids().size();
          double seconds = (System.nanoTime() - start) / 1e9;
          System.out.printf(
              Locale.ROOT, "%-24s %-7s %.2f s for %d%n", args[i], range, seconds, found);
        }
      }
    }
  }
}

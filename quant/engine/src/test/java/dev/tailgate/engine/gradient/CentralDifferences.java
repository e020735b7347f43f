package dev.tailgate.engine.gradient;

import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The derivatives of the scalar of a case by every element of its variables, from four values
 * around it: {@code (8 (f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / 12h}, off by {@code h^4
 * f'''''/30} and by the rounding of {@code f} over {@code h}. With {@code h = 2^-10} in doubles
 * both are of the order of 1e-12, with {@code h = 2^-4} in float32 of 1e-6.
 */
final class CentralDifferences {
  private final ModelRunner runner;
  private final CaseModel model;

  private CentralDifferences(ModelRunner runner, CaseModel model) {
    this.runner = runner;
    this.model = model;
  }

  static Map<String, double[]> of(CaseModel model) {
    double step = model.type() == ElementType.DOUBLE ? 0x1p-10 : 0x1p-4;
    try (ModelRunner runner = ModelRunner.open(model.model(), GradientCheck.PLAIN)) {
      CentralDifferences differences = new CentralDifferences(runner, model);
      Map<String, double[]> all = new LinkedHashMap<>();
      model.values().variables().keySet().forEach(v -> all.put(v, differences.by(v, step)));
      return all;
    }
  }

  private double[] by(String variable, double h) {
    Map<String, double[]> moved = new LinkedHashMap<>(model.values().variables());
    double[] at = moved.get(variable).clone();
    moved.put(variable, at);
    double[] derivatives = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      double x = at[i];
      double near = scalar(moved, at, i, x + h) - scalar(moved, at, i, x - h);
      double far = scalar(moved, at, i, x + 2 * h) - scalar(moved, at, i, x - 2 * h);
      derivatives[i] = (8 * near - far) / (12 * h);
      at[i] = x;
    }
    return derivatives;
  }

  private double scalar(Map<String, double[]> moved, double[] at, int i, double x) {
    at[i] = x;
    Map<String, Tensor> result = runner.run(model.feeds(moved), Set.of(CaseModel.LOSS));
    return GradientCheck.doubles(result.get(CaseModel.LOSS))[0];
  }
}

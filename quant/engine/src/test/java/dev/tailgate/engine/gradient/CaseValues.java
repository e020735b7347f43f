package dev.tailgate.engine.gradient;

import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The numbers of a case: drawn, or those of the fixture.
 *
 * @param variables the values of the variables
 * @param data the inputs without a gradient
 * @param weights what the elements of each output are weighed by
 * @param gradients PyTorch's, empty where the case is not in the fixture
 */
record CaseValues(
    Map<String, double[]> variables,
    Map<String, Tensor> data,
    List<double[]> weights,
    Map<String, double[]> gradients) {

  static CaseValues of(GradientCase given) {
    return TorchFixture.has(given) ? TorchFixture.of(given) : drawn(given);
  }

  private static CaseValues drawn(GradientCase given) {
    CaseValues unweighed = new CaseValues(given.values(), given.data(), List.of(), Map.of());
    CaseModel plain = CaseModel.of(given, unweighed, given.type(), Knowledge.SIZES);
    List<double[]> weights = new ArrayList<>();
    Random random = new Random(7 + given.name().hashCode());
    try (ModelRunner runner = ModelRunner.open(plain.model(), GradientCheck.PLAIN)) {
      Map<String, Tensor> outputs = runner.run(plain.feeds(), new LinkedHashSet<>(plain.outputs()));
      for (String output : plain.outputs()) {
        weights.add(random.doubles(outputs.get(output).elementCount(), -1, 1).toArray());
      }
    }
    return new CaseValues(given.values(), given.data(), weights, Map.of());
  }
}

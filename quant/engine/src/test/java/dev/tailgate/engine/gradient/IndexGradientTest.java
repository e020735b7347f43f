package dev.tailgate.engine.gradient;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of what picks and puts elements are those of differences and of PyTorch. */
class IndexGradientTest {
  private static GradientCase gather(String name, long axis, long[] ids, long... shape) {
    return GradientCase.of("Gather " + name)
        .variable("x", 3, 4, 2)
        .ids("ids", ids, shape)
        .gives(in -> in.at("x").gather(axis, in.at("ids")));
  }

  private static GradientCase gatherConstant(String name, long axis, long id, boolean isScalar) {
    return GradientCase.of("Gather " + name)
        .variable("x", 3, 4, 2)
        .gives(
            in ->
                in.at("x")
                    .gather(
                        axis,
                        isScalar
                            ? in.graph().scalar(dev.tailgate.onnx.ir.ElementType.INT64, id)
                            : in.graph().longs(id)));
  }

  static List<GradientCase> gathers() {
    List<GradientCase> cases = new ArrayList<>();
    long[] repeated = {2, 0, 2, 2, 1, -1};
    for (long axis = -3; axis < 3; axis++) {
      long last = Math.floorMod(axis, 3) == 2 ? 1 : 2;
      long[] ids = {last, 0, last, last, 1, -1};
      cases.add(gather("repeated ids at axis " + axis, axis, ids, 2, 3));
      cases.add(gatherConstant("a constant id at axis " + axis, axis, 1, true));
      cases.add(gatherConstant("a negative id at axis " + axis, axis, -2, false));
    }
    cases.add(gather("a scalar id", 1, new long[] {3}));
    cases.add(
        GradientCase.of("Gather of a table")
            .variable("x", 5, 3)
            .ids("ids", repeated, 2, 3)
            .gives(in -> in.at("x").gather(0, in.at("ids"))));
    cases.add(
        GradientCase.of("Gather of a vector")
            .variable("x", 5)
            .ids("ids", repeated, 6)
            .gives(in -> in.at("x").gather(0, in.at("ids"))));
    return cases;
  }

  @ParameterizedTest
  @MethodSource("gathers")
  void gradientsAreThoseOfDifferences(GradientCase given) {
    GradientCheck.passes(given);
  }
}

package dev.tailgate.engine.gradient;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
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
                            ? in.graph().scalar(ElementType.INT64, (double) id)
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

  static List<GradientCase> places() {
    long[] ids = {1, 0, 1, 3, -1, 0};
    List<GradientCase> cases = new ArrayList<>();
    cases.add(
        GradientCase.of("GatherElements")
            .variable("x", 3, 4)
            .ids("ids", ids, 2, 3)
            .gives(
                in ->
                    in.graph()
                        .node("GatherElements", in.at("x"), in.at("ids"))
                        .with("axis", 1)
                        .value()));
    cases.add(
        GradientCase.of("GatherND of rows")
            .variable("x", 3, 4, 2)
            .ids("ids", new long[] {0, 1, 2, -1, 0, 1}, 3, 2)
            .gives(in -> in.at("x").op("GatherND", in.at("ids")))
            .needsRank());
    cases.add(
        GradientCase.of("GatherND of elements")
            .variable("x", 3, 4)
            .ids("ids", new long[] {0, 1, 2, -1, -3, 1, 1, 1}, 2, 2, 2)
            .gives(in -> in.at("x").op("GatherND", in.at("ids")))
            .needsRank());
    cases.add(
        GradientCase.of("GatherND in batches")
            .variable("x", 2, 3, 4)
            .ids("ids", new long[] {0, 1, 0, 2, -1, 2}, 2, 3, 1)
            .gives(
                in ->
                    in.graph()
                        .node("GatherND", in.at("x"), in.at("ids"))
                        .with("batch_dims", 1)
                        .value())
            .needsRank());
    for (String reduction : List.of("none", "add")) {
      cases.add(
          GradientCase.of("ScatterElements " + reduction)
              .variable("x", 3, 4)
              .variable("u", 2, 3)
              .ids("ids", new long[] {2, 0, 1, 1, 3, -2}, 2, 3)
              .gives(
                  in ->
                      in.graph()
                          .node("ScatterElements", in.at("x"), in.at("ids"), in.at("u"))
                          .with("axis", 1)
                          .with("reduction", reduction)
                          .value()));
      cases.add(
          GradientCase.of("ScatterND " + reduction)
              .variable("x", 3, 4, 2)
              .variable("u", 2, 2)
              .ids("ids", new long[] {0, 1, 2, -1}, 2, 2)
              .gives(
                  in ->
                      in.graph()
                          .node("ScatterND", in.at("x"), in.at("ids"), in.at("u"))
                          .with("reduction", reduction)
                          .value()));
    }
    for (long axis : new long[] {-1, 0}) {
      cases.add(
          GradientCase.of("TopK at axis " + axis)
              .variable("x", 4, 3)
              .gives(
                  in ->
                      in.graph()
                          .node("TopK", in.at("x"), in.graph().longs(2))
                          .with("axis", axis)
                          .values(2)
                          .get(0)));
    }
    return cases;
  }

  @Test
  void aProductOfUpdatesIsRefused() {
    GradientCase product =
        GradientCase.of("ScatterElements mul")
            .variable("x", 3)
            .ids("ids", new long[] {1}, 1)
            .gives(
                in ->
                    in.graph()
                        .node("ScatterElements", in.at("x"), in.at("ids"), in.reals(List.of(1L), 2))
                        .with("reduction", "mul")
                        .value());
    assertThatThrownBy(() -> GradientCheck.passes(product))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("mul");
  }

  @ParameterizedTest
  @MethodSource({"gathers", "places"})
  void gradientsAreThoseOfDifferences(GradientCase given) {
    GradientCheck.passes(given);
  }
}

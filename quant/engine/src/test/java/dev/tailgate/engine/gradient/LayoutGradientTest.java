package dev.tailgate.engine.gradient;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of what moves, repeats and drops elements are those of differences and of PyTorch. */
class LayoutGradientTest {
  private static GradientCase on(
      String name, Function<GradientCase.Inputs, Value> formula, long... dims) {
    return GradientCase.of(name).variable("x", dims).gives(formula);
  }

  static List<GradientCase> shapes() {
    return List.of(
        on("Identity", in -> in.at("x").op("Identity"), 2, 3),
        on("Cast there and back", in -> in.at("x").cast(other(in)).cast(in.type()), 2, 3)
            .inFloat32(),
        on("Reshape", in -> in.at("x").reshape(3, 2), 2, 3),
        on("Reshape with 0 and -1", in -> in.at("x").reshape(0, -1), 2, 3, 2),
        on("Reshape to a scalar", in -> in.at("x").op("Reshape", in.graph().longs()), 1, 1),
        on("Flatten", in -> in.at("x").op("Flatten"), 2, 3, 2),
        on(
            "Flatten at the last axis",
            in -> in.graph().node("Flatten", in.at("x")).with("axis", -1).value(),
            2,
            3,
            2),
        on("Unsqueeze", in -> in.at("x").unsqueeze(0, -1), 2, 3),
        on("Squeeze", in -> in.at("x").squeeze(1), 2, 1, 3, 1),
        on("Squeeze at the last axis", in -> in.at("x").squeeze(-1), 2, 1, 3, 1),
        on("Squeeze of all", in -> in.at("x").op("Squeeze"), 2, 1, 3, 1),
        on("Transpose", in -> in.at("x").transpose(2, 0, 1), 2, 3, 4),
        on("Transpose without perm", in -> in.at("x").op("Transpose"), 2, 3, 4),
        on("Expand", in -> in.at("x").expand(in.graph().longs(4, 2, 5)), 2, 1),
        on("Expand by ones", in -> in.at("x").expand(in.graph().longs(1, 1)), 2, 3),
        GradientCase.of("Expand to a computed shape")
            .variable("x", 1, 3)
            .ids("shape", new long[] {2, 3}, 2)
            .gives(in -> in.at("x").expand(in.at("shape"))));
  }

  private static ElementType other(GradientCase.Inputs in) {
    return in.type() == ElementType.FLOAT ? ElementType.DOUBLE : ElementType.FLOAT;
  }

  static List<GradientCase> choices() {
    boolean[] mask = {true, false, false, true, false, true};
    return List.of(
        GradientCase.of("Where")
            .mask("c", mask, 2, 3)
            .variable("a", 2, 3)
            .variable("b", 2, 3)
            .gives(in -> in.at("c").where(in.at("a"), in.at("b")).of(in.type())),
        GradientCase.of("Where broadcast")
            .mask("c", mask, 2, 1, 3)
            .variable("a", 4, 1)
            .variable("b")
            .gives(in -> in.at("c").where(in.at("a"), in.at("b")).of(in.type())),
        GradientCase.of("Where of a constant")
            .mask("c", mask, 2, 3)
            .variable("a", 3)
            .gives(in -> in.at("c").where(in.at("a"), in.real(-5)).of(in.type())));
  }

  static List<GradientCase> joints() {
    List<GradientCase> cases = new ArrayList<>();
    for (long axis : new long[] {1, -2}) {
      cases.add(
          GradientCase.of("Concat at axis " + axis)
              .variable("a", 2, 1, 3)
              .variable("b", 2, 4, 3)
              .variable("c", 2, 2, 3)
              .gives(in -> in.graph().concat(axis, in.at("a"), in.at("b"), in.at("c"))));
      cases.add(
          GradientCase.of("Concat of a constant at axis " + axis)
              .variable("a", 2, 3, 1)
              .gives(
                  in ->
                      in.graph()
                          .concat(
                              axis,
                              in.reals(List.of(2L, 1L, 1L), 1, 2),
                              in.at("a"),
                              in.reals(List.of(2L, 1L, 1L), 3, 4))));
    }
    cases.add(
        GradientCase.of("Concat of one")
            .variable("a", 2, 3)
            .gives(in -> in.graph().concat(0, in.at("a"))));
    cases.add(
        GradientCase.of("Concat of one twice")
            .variable("a", 2, 3)
            .gives(in -> in.graph().concat(1, in.at("a"), in.at("a"))));
    cases.add(
        GradientCase.of("Split by number")
            .variable("x", 2, 5)
            .givesAll(
                in ->
                    in.graph()
                        .node("Split", in.at("x"))
                        .with("axis", 1)
                        .with("num_outputs", 3)
                        .values(3)));
    cases.add(
        GradientCase.of("Split by sizes")
            .variable("x", 6, 2)
            .givesAll(
                in -> in.graph().node("Split", in.at("x"), in.graph().longs(1, 3, 2)).values(3)));
    cases.add(
        GradientCase.of("Split with unused outputs")
            .variable("x", 2, 6)
            .gives(
                in ->
                    in.graph()
                        .node("Split", in.at("x"), in.graph().longs(1, 3, 2))
                        .with("axis", -1)
                        .values(3)
                        .get(1)));
    return cases;
  }

  private static GradientCase slice(
      String name, long[] starts, long[] ends, long[] axes, long[] steps) {
    return on(
        "Slice " + name,
        in ->
            in.at("x")
                .op(
                    "Slice",
                    in.graph().longs(starts),
                    in.graph().longs(ends),
                    axes.length == 0 ? in.graph().none() : in.graph().longs(axes),
                    steps.length == 0 ? in.graph().none() : in.graph().longs(steps)),
        4,
        5,
        3);
  }

  private static long[] of(long... values) {
    return values;
  }

  static List<GradientCase> cuts() {
    long far = Long.MAX_VALUE;
    return List.of(
        slice("of the first", of(0), of(1), of(1), of()),
        slice("to the end", of(2), of(far), of(0), of(1)),
        slice("from behind", of(-3), of(-1), of(-2), of()),
        slice("of two axes", of(1, 0), of(3, 2), of(0, 2), of(1, 1)),
        slice("without axes", of(1, -2), of(4, far), of(), of()),
        slice("beyond the ends", of(-9, 1), of(9, 99), of(0, 1), of()),
        slice("of every second", of(0), of(far), of(1), of(2)),
        slice("of every second of two axes", of(1, 0), of(far, far), of(0, 1), of(2, 2)),
        slice("backwards", of(-1), of(-far), of(2), of(-1)),
        slice("backwards by two", of(4), of(0), of(1), of(-2)),
        slice("by one and by two", of(1, 1), of(3, 5), of(0, 1), of(1, 2)),
        GradientCase.of("Slice at computed bounds")
            .variable("x", 2, 5)
            .ids("from", new long[] {-4}, 1)
            .ids("to", new long[] {4}, 1)
            .gives(in -> in.at("x").op("Slice", in.at("from"), in.at("to"), in.graph().longs(1))),
        GradientCase.of("Slice by computed steps")
            .variable("x", 2, 5)
            .ids("from", new long[] {4}, 1)
            .ids("to", new long[] {-9}, 1)
            .ids("by", new long[] {-2}, 1)
            .gives(
                in ->
                    in.at("x")
                        .op(
                            "Slice",
                            in.at("from"),
                            in.at("to"),
                            in.graph().longs(1),
                            in.at("by"))));
  }

  private static GradientCase pad(String name, long[] amounts, long... axes) {
    return on(
        "Pad " + name,
        in ->
            in.at("x")
                .op(
                    "Pad",
                    in.graph().longs(amounts),
                    in.real(3),
                    axes.length == 0 ? in.graph().none() : in.graph().longs(axes)),
        3,
        4);
  }

  private static GradientCase computed(String op, boolean isExclusive, boolean isReverse) {
    return on(
        op + (isExclusive ? " exclusive" : "") + (isReverse ? " reverse" : ""),
        in ->
            in.graph()
                .node(op, in.at("x"), in.graph().scalar(ElementType.INT64, 1))
                .with("exclusive", isExclusive ? 1 : 0)
                .with("reverse", isReverse ? 1 : 0)
                .value(),
        2,
        4);
  }

  static List<GradientCase> borders() {
    return List.of(
        pad("around", of(1, 0, 2, 1)),
        pad("that cuts", of(-1, 1, 0, -2)),
        pad("of an axis", of(2, 1), -1),
        GradientCase.of("Pad by a variable")
            .variable("x", 2, 3)
            .variable("c")
            .ids("amounts", of(1, 0, 0, 2), 4)
            .gives(in -> in.at("x").op("Pad", in.at("amounts"), in.at("c"))),
        on("Tile", in -> in.at("x").op("Tile", in.graph().longs(2, 1, 3)), 2, 3, 2),
        GradientCase.of("Tile by a computed number")
            .variable("x", 3)
            .ids("n", of(4), 1)
            .gives(in -> in.at("x").op("Tile", in.at("n"))),
        computed("CumSum", false, false),
        computed("CumSum", true, false),
        computed("CumSum", false, true),
        computed("CumSum", true, true),
        on("Trilu", in -> in.at("x").op("Trilu"), 2, 3, 4),
        on(
            "Trilu below a diagonal",
            in ->
                in.graph()
                    .node("Trilu", in.at("x"), in.graph().scalar(ElementType.INT64, -1))
                    .with("upper", 0)
                    .value(),
            3,
            4),
        on(
            "SpaceToDepth",
            in -> in.graph().node("SpaceToDepth", in.at("x")).with("blocksize", 2).value(),
            1,
            2,
            4,
            2),
        depthToSpace("DCR"),
        depthToSpace("CRD"));
  }

  private static GradientCase depthToSpace(String mode) {
    return on(
        "DepthToSpace " + mode,
        in ->
            in.graph()
                .node("DepthToSpace", in.at("x"))
                .with("blocksize", 2)
                .with("mode", mode)
                .value(),
        1,
        8,
        2,
        3);
  }

  @Test
  void paddingWithWhatIsThereIsRefused() {
    GradientCase reflected =
        on(
            "Pad reflected",
            in ->
                in.graph()
                    .node("Pad", in.at("x"), in.graph().longs(1, 1))
                    .with("mode", "reflect")
                    .value(),
            4);
    assertThatThrownBy(() -> GradientCheck.passes(reflected))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("reflect");
  }

  static List<GradientCase> dropouts() {
    return List.of(
        on("Dropout in inference", in -> in.at("x").op("Dropout"), 2, 3),
        on(
            "Dropout that is switched off",
            in -> in.at("x").op("Dropout", in.real(0.5), in.graph().scalar(ElementType.BOOL, 0)),
            2,
            3));
  }

  @Test
  void aDropoutThatKeepsItsMaskToItselfIsRefused() {
    GradientCase training =
        on(
            "Dropout in training",
            in -> in.at("x").op("Dropout", in.real(0.5), in.graph().scalar(ElementType.BOOL, 1)),
            2,
            3);
    assertThatThrownBy(() -> GradientCheck.passes(training))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("mask");
  }

  @ParameterizedTest
  @MethodSource({"shapes", "choices", "joints", "cuts", "borders", "dropouts"})
  void gradientsAreThoseOfDifferences(GradientCase given) {
    GradientCheck.passes(given);
  }
}

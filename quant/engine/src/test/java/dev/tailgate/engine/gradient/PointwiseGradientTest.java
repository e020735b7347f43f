package dev.tailgate.engine.gradient;

import dev.tailgate.onnx.build.Operator;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of what works element by element are those of differences and of PyTorch. */
class PointwiseGradientTest {
  private static double positive(double x) {
    return 0.5 + Math.abs(x);
  }

  /** Away from 0 by a quarter, where some functions have a corner. */
  private static double notZero(double x) {
    return x + Math.copySign(0.25, x);
  }

  /** Away from the corners at -3, 0 and 3, on all sides of them. */
  private static double wide(double x) {
    return Math.round(4 * x) + 0.4;
  }

  private static GradientCase unary(String name, DoubleUnaryOperator to, UnaryOperator<Value> f) {
    return GradientCase.of(name).variable("x", to, 2, 3, 4).gives(in -> f.apply(in.at("x")));
  }

  private static GradientCase operator(
      String op, String name, DoubleUnaryOperator to, UnaryOperator<Operator> attributes) {
    return GradientCase.of(name)
        .variable("x", to, 2, 3, 4)
        .gives(in -> attributes.apply(in.graph().node(op, in.at("x"))).value());
  }

  static List<GradientCase> ofOne() {
    return List.of(
        unary("Neg", x -> x, Value::negative),
        unary("Abs", PointwiseGradientTest::notZero, x -> x.op("Abs")),
        unary("Sqrt", PointwiseGradientTest::positive, Value::sqrt),
        unary("Reciprocal", PointwiseGradientTest::notZero, x -> x.op("Reciprocal")),
        unary("Exp", x -> x, Value::exp),
        unary("Log", PointwiseGradientTest::positive, Value::log),
        unary("Sin", x -> x, x -> x.op("Sin")),
        unary("Cos", x -> x, x -> x.op("Cos")),
        unary("Erf", x -> x, Value::erf).inFloat32(),
        unary("Tanh", x -> x, Value::tanh),
        unary("Sigmoid", x -> x, Value::sigmoid),
        unary("Softplus", x -> x, x -> x.op("Softplus")).inFloat32(),
        unary("Softsign", PointwiseGradientTest::notZero, x -> x.op("Softsign")).inFloat32(),
        unary("a square as a product", x -> x, x -> x.times(x)));
  }

  static List<GradientCase> activations() {
    return List.of(
        unary("Relu", PointwiseGradientTest::notZero, Value::relu),
        operator(
                "LeakyRelu",
                "LeakyRelu",
                PointwiseGradientTest::notZero,
                node -> node.with("alpha", 0.3f))
            .inFloat32(),
        operator("Elu", "Elu", PointwiseGradientTest::notZero, node -> node.with("alpha", 0.7f))
            .inFloat32(),
        operator("Selu", "Selu", PointwiseGradientTest::notZero, node -> node).inFloat32(),
        operator("Celu", "Celu", PointwiseGradientTest::notZero, node -> node.with("alpha", 0.7f))
            .inFloat32(),
        operator(
                "HardSigmoid",
                "HardSigmoid",
                PointwiseGradientTest::wide,
                node -> node.with("alpha", 0.25f))
            .inFloat32(),
        operator("HardSwish", "HardSwish", PointwiseGradientTest::wide, node -> node).inFloat32(),
        operator("Gelu", "Gelu", x -> x, node -> node).opset(20).inFloat32(),
        operator("Gelu", "Gelu by tanh", x -> x, node -> node.with("approximate", "tanh"))
            .opset(20)
            .inFloat32(),
        operator("Mish", "Mish", x -> x, node -> node).inFloat32(),
        operator("Swish", "Swish", x -> x, node -> node).opset(24).inFloat32(),
        operator("Swish", "Swish of another slope", x -> x, node -> node.with("alpha", 1.7f))
            .opset(24)
            .inFloat32(),
        GradientCase.of("PRelu")
            .variable("x", PointwiseGradientTest::notZero, 2, 3, 4)
            .variable("slope", 3, 1)
            .gives(in -> in.at("x").op("PRelu", in.at("slope"))));
  }

  static List<GradientCase> ofTwo() {
    List<GradientCase> cases = new ArrayList<>();
    long[][][] shapes = {{{2, 3}, {2, 3}}, {{2, 3}, {3}}, {{1, 3}, {2, 1}}, {{}, {2, 2, 3}}};
    for (long[][] dims : shapes) {
      for (String op : List.of("Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Sum", "Mean")) {
        boolean isPositive = op.equals("Pow") || op.equals("Div");
        DoubleUnaryOperator to = x -> isPositive ? positive(x) : x;
        GradientCase given =
            GradientCase.of(op + " " + Shapes.label(dims[0]) + " " + Shapes.label(dims[1]))
                .variable("a", to, dims[0])
                .variable("b", to, dims[1])
                .gives(in -> in.at("a").op(op, in.at("b")));
        cases.add(op.equals("Mean") ? given.inFloat32() : given);
      }
    }
    cases.add(
        GradientCase.of("Mod")
            .variable("a", x -> 7 * x, 2, 3)
            .variable("b", x -> 2 + x * x, 3)
            .gives(in -> in.graph().node("Mod", in.at("a"), in.at("b")).with("fmod", 1).value()));
    cases.add(
        GradientCase.of("Max of three")
            .variable("a", 2, 3)
            .variable("b", 3)
            .variable("c", 2, 1)
            .gives(in -> in.at("a").op("Max", in.at("b"), in.at("c"))));
    cases.add(GradientCase.of("Max of one").variable("a", 2, 3).gives(in -> in.at("a").op("Max")));
    return cases;
  }

  static List<GradientCase> powers() {
    List<GradientCase> cases = new ArrayList<>();
    for (double exponent : new double[] {-2, -1, -0.5, 0, 0.5, 1, 1.7, 2, 3, 4}) {
      cases.add(unary("Pow to " + exponent, PointwiseGradientTest::positive, x -> x.pow(exponent)));
    }
    cases.add(unary("Pow of negatives to 2", x -> x, x -> x.pow(2)));
    cases.add(unary("Pow of negatives to 3", x -> x, x -> x.pow(3)));
    cases.add(
        GradientCase.of("Pow to an integer")
            .variable("x", 2, 3)
            .gives(in -> in.at("x").op("Pow", in.graph().scalar(ElementType.INT64, 2))));
    cases.add(
        GradientCase.of("Pow to integers of a run")
            .variable("x", PointwiseGradientTest::notZero, 2, 3)
            .ids("e", new long[] {0, 1, 3}, 3)
            .gives(in -> in.at("x").op("Pow", in.at("e"))));
    return cases;
  }

  static List<GradientCase> bounds() {
    return List.of(
        unary("Clip", x -> x, x -> x.clip(-0.5, 0.75)),
        GradientCase.of("Clip from below")
            .variable("x", 2, 3)
            .variable("low")
            .gives(in -> in.at("x").op("Clip", in.at("low"))),
        GradientCase.of("Clip by learned bounds")
            .variable("x", x -> 2 * x, 3, 4)
            .values("low", new double[] {-0.6})
            .values("high", new double[] {0.7})
            .gives(in -> in.at("x").op("Clip", in.at("low"), in.at("high"))));
  }

  @ParameterizedTest
  @MethodSource({"ofOne", "activations", "ofTwo", "powers", "bounds"})
  void gradientsAreThoseOfDifferences(GradientCase given) {
    GradientCheck.passes(given);
  }
}

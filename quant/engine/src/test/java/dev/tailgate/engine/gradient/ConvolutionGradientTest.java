package dev.tailgate.engine.gradient;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.build.Operator;
import dev.tailgate.onnx.ir.ModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gradients of convolutions and poolings are those of differences and of PyTorch. ONNX Runtime has
 * kernels in float32 only; in what it weighs and in the weights the functions are linear, so that
 * differences are off by rounding alone.
 */
class ConvolutionGradientTest {
  private static long[] of(long... values) {
    return values;
  }

  private static GradientCase conv(
      String op, String name, long[] x, long[] w, UnaryOperator<Operator> attributes) {
    return GradientCase.of(op + " " + name)
        .variable("x", x)
        .variable("w", w)
        .inFloat32()
        .gives(
            in ->
                attributes
                    .apply(in.graph().node(op, in.at("x"), in.at("w")))
                    .with("kernel_shape", Arrays.copyOfRange(w, 2, w.length))
                    .value());
  }

  private static GradientCase biased(
      String op, String name, long[] x, long[] w, long bias, UnaryOperator<Operator> attributes) {
    return conv(op, name, x, w, attributes)
        .variable("b", bias)
        .gives(
            in ->
                attributes
                    .apply(in.graph().node(op, in.at("x"), in.at("w"), in.at("b")))
                    .with("kernel_shape", Arrays.copyOfRange(w, 2, w.length))
                    .value());
  }

  static List<GradientCase> convolutions() {
    return List.of(
        biased(
            "Conv",
            "of patches",
            of(2, 3, 6, 4),
            of(4, 3, 3, 2),
            4,
            ConvolutionGradientTest::patches),
        biased(
            "Conv",
            "of patches with a rest",
            of(2, 3, 7, 5),
            of(4, 3, 3, 2),
            4,
            ConvolutionGradientTest::patches),
        biased("Conv", "in one dimension", of(2, 3, 8), of(4, 3, 3), 4, c -> c),
        conv(
            "Conv",
            "with stride and pads",
            of(2, 2, 9),
            of(3, 2, 3),
            c -> c.with("strides", of(2)).with("pads", of(1, 1))),
        conv(
            "Conv",
            "with one pad before",
            of(1, 2, 5, 6),
            of(2, 2, 2, 3),
            c -> c.with("pads", of(1, 0, 0, 2)).with("strides", of(2, 1))),
        conv(
            "Conv",
            "with dilations",
            of(2, 2, 9, 7),
            of(3, 2, 3, 2),
            c ->
                c.with("dilations", of(2, 3))
                    .with("strides", of(2, 2))
                    .with("pads", of(1, 1, 1, 1))),
        conv(
            "Conv",
            "in groups",
            of(2, 4, 5, 5),
            of(6, 2, 3, 3),
            c -> c.with("group", 2).with("pads", of(1, 1, 1, 1))),
        conv(
            "Conv",
            "of each channel",
            of(2, 3, 7),
            of(3, 1, 3),
            c -> c.with("group", 3).with("strides", of(2))),
        conv("Conv", "of points", of(2, 3, 4, 4), of(5, 3, 1, 1), c -> c),
        conv("Conv", "in three dimensions", of(1, 2, 3, 4, 3), of(2, 2, 2, 2, 2), c -> c),
        conv(
            "Conv",
            "with VALID pads",
            of(1, 2, 7),
            of(2, 2, 3),
            c -> c.with("auto_pad", "VALID").with("strides", of(3))));
  }

  private static Operator patches(Operator convolution) {
    return convolution.with("strides", of(3, 2));
  }

  static List<GradientCase> samePads() {
    List<GradientCase> cases = new ArrayList<>();
    for (String mode : List.of("SAME_UPPER", "SAME_LOWER")) {
      cases.add(
          conv("Conv", "with " + mode, of(1, 2, 6), of(2, 2, 4), c -> c.with("auto_pad", mode)));
    }
    return cases;
  }

  static List<GradientCase> transposed() {
    return List.of(
        biased("ConvTranspose", "in one dimension", of(2, 3, 5), of(3, 2, 3), 2, c -> c),
        conv(
            "ConvTranspose",
            "with stride and pads",
            of(2, 3, 4, 3),
            of(3, 2, 3, 2),
            c -> c.with("strides", of(2, 2)).with("pads", of(1, 0, 0, 1))),
        conv(
            "ConvTranspose",
            "with padding of the output",
            of(1, 2, 4),
            of(2, 3, 3),
            c -> c.with("strides", of(3)).with("output_padding", of(2)).with("pads", of(1, 1))),
        conv(
            "ConvTranspose",
            "in groups with dilations",
            of(2, 4, 4),
            of(4, 3, 2),
            c -> c.with("group", 2).with("dilations", of(2)).with("strides", of(2))));
  }

  private static GradientCase pool(
      String op, String name, UnaryOperator<Operator> attributes, long... x) {
    return GradientCase.of(op + " " + name)
        .variable("x", x)
        .gives(in -> attributes.apply(in.graph().node(op, in.at("x"))).value());
  }

  static List<GradientCase> pools() {
    return List.of(
        pool("GlobalAveragePool", "of all", p -> p, 2, 3, 4, 5).inFloat32(),
        pool(
                "AveragePool",
                "of windows",
                p -> p.with("kernel_shape", of(2, 2)).with("strides", of(2, 2)),
                2,
                3,
                5,
                4)
            .inFloat32(),
        pool(
                "AveragePool",
                "with pads",
                p -> p.with("kernel_shape", of(3)).with("pads", of(1, 1)).with("strides", of(2)),
                2,
                3,
                7)
            .inFloat32(),
        pool(
                "AveragePool",
                "with pads that count",
                p ->
                    p.with("kernel_shape", of(3, 2))
                        .with("pads", of(1, 0, 1, 1))
                        .with("count_include_pad", 1),
                1,
                2,
                4,
                4)
            .inFloat32(),
        pool(
            "MaxPool",
            "of windows",
            p -> p.with("kernel_shape", of(2, 2)).with("strides", of(2, 2)),
            2,
            3,
            4,
            5),
        pool(
            "MaxPool",
            "that overlap",
            p -> p.with("kernel_shape", of(3)).with("pads", of(1, 1)),
            2,
            3,
            7),
        GradientCase.of("MaxPool with places")
            .variable("x", 1, 2, 6)
            .gives(
                in ->
                    in.graph()
                        .node("MaxPool", in.at("x"))
                        .with("kernel_shape", of(2))
                        .with("ceil_mode", 1)
                        .values(2)
                        .get(0)));
  }

  @ParameterizedTest
  @MethodSource({"convolutions", "samePads", "transposed", "pools"})
  void gradientsAreThoseOfDifferences(GradientCase given) {
    GradientCheck.passes(given);
  }

  @Test
  void padsByASizeThatIsNotKnownAreRefused() {
    GradientCase same =
        conv(
            "Conv",
            "with SAME_UPPER and stride",
            of(1, 2, 7),
            of(2, 2, 3),
            c -> c.with("auto_pad", "SAME_UPPER").with("strides", of(2)));
    assertThatThrownBy(() -> GradientCheck.passes(same))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("auto_pad");
  }

  private static void refused(GradientCase given, String because) {
    assertThatThrownBy(() -> GradientCheck.passes(given))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(because);
  }

  @Test
  void whatIsNotDifferentiatedIsRefused() {
    refused(
        pool(
                "AveragePool",
                "ceil",
                p -> p.with("kernel_shape", of(2)).with("ceil_mode", 1),
                1,
                1,
                5)
            .inFloat32(),
        "ceil_mode");
    refused(
        conv(
            "ConvTranspose",
            "to a shape",
            of(1, 1, 4),
            of(1, 1, 2),
            c -> c.with("output_shape", of(5))),
        "the size of its output");
  }
}
